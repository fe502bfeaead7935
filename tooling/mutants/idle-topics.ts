import type { Mutant } from './mutant.js'

export const idleTopicMutants: readonly Mutant[] = [
  {
    name: 'a topic is let go while a batch of it has not settled',
    file: 'packages/accumulator/src/front/topics.ts',
    find: '(topic.inUse || waiting.has(topic))',
    replace: 'waiting.has(topic)',
    killedBy: {
      file: 'packages/accumulator/test/forgetting.test.ts',
      title: 'while a batch of it is open, queued or in flight',
    },
    why: 'The next record opens a second batch of the partition: two batches go out in any order.',
  },
  {
    name: 'a topic is let go while a record waits for memory',
    file: 'packages/accumulator/src/front/topics.ts',
    find: '(topic.inUse || waiting.has(topic))',
    replace: 'topic.inUse',
    killedBy: {
      file: 'packages/accumulator/test/forgetting.test.ts',
      title: 'while a record of it waits for memory',
    },
    why: 'The record is appended to a topic that nobody knows any more.',
  },
]
