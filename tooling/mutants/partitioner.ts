import type { Mutant } from './mutant.js'

const uniformSticky = 'packages/partitioner/test/uniform-sticky.test.ts'
const weightedDraw = 'packages/partitioner/test/weighted-draw.test.ts'
const murmur2 = 'packages/partitioner/test/murmur2.test.ts'

export const partitionerMutants: readonly Mutant[] = [
  {
    name: 'uniform sticky switches on a half-filled batch',
    file: 'packages/partitioner/src/uniform-sticky.ts',
    find: 'if (!this.#tailOpen || this.#producedBytes >= 2 * topic.batchBytes) return true',
    replace: 'return true',
    killedBy: { file: uniformSticky, title: 'do not leave a half-filled batch behind' },
    why: 'KAFKA-14156: once batches linger, many small ones are sent.',
  },
  {
    name: 'uniform sticky waits for a batch that has gone',
    file: 'packages/partitioner/src/uniform-sticky.ts',
    find: 'return topic.queuedBatches(this.#partition) === 0',
    replace: 'return false',
    killedBy: {
      file: uniformSticky,
      title: 'move on when the half-filled batch that held them has been sent',
    },
    why: 'KAFKA-14156: a switch that was held up is never made good, so load piles up.',
  },
  {
    name: 'uniform sticky stays on a partition that lost its leader',
    file: 'packages/partitioner/src/uniform-sticky.ts',
    find: 'return this.#index >= 0',
    replace: 'return true',
    killedBy: {
      file: uniformSticky,
      title: 'leave a partition at once when it has lost its leader',
    },
    why: 'Records without a key wait for a leader while other partitions could take them.',
  },
  {
    name: 'uniform sticky counts records with a key',
    file: 'packages/partitioner/src/uniform-sticky.ts',
    find: 'if (!this.#stuck || partition !== this.#partition) return',
    replace: 'if (partition !== this.#partition) return',
    killedBy: {
      file: uniformSticky,
      title: 'do not count towards the share of the sticky partition',
    },
    why: 'Keys would shorten the visits and make batches smaller.',
  },
  {
    name: 'keys hash over the partitions that have a leader',
    file: 'packages/partitioner/src/uniform-sticky.ts',
    find: 'return partitionForKey(keyBytes!, topic.partitionCount)',
    replace: 'return topic.available[partitionForKey(keyBytes!, topic.available.length)]!',
    killedBy: {
      file: uniformSticky,
      title: 'go to the partition of their key, with a leader or without',
    },
    why: 'While a broker restarts, keys would move, and their order would be lost.',
  },
  {
    name: 'the sign bit of murmur2 is not cleared',
    file: 'packages/partitioner/src/murmur2.ts',
    find: '(murmur2(keyBytes) & 0x7fffffff) % partitionCount',
    replace: 'Math.abs(murmur2(keyBytes)) % partitionCount',
    killedBy: { file: murmur2, title: 'equals Java for random keys over 12 partitions' },
    why: 'Half of all keys would be elsewhere than where the Java producer puts them.',
  },
  {
    name: 'the weights are off by one',
    file: 'packages/partitioner/src/weighted-draw.ts',
    find: 'total += longest + 1 - queue',
    replace: 'total += longest - queue',
    killedBy: {
      file: weightedDraw,
      title: 'gives each partition the chances that Java’s BuiltInPartitioner gives it',
    },
    why: 'The partition with the longest queue would get no record, and equal queues no weight.',
  },
  {
    name: 'the draw is off by one',
    file: 'packages/partitioner/src/weighted-draw.ts',
    find: 'else low = middle + 1',
    replace: 'else low = middle + 2',
    killedBy: { file: weightedDraw, title: 'gives equal chances when all queues are equally long' },
    why: 'Some partitions would get the chances of their neighbours.',
  },
]
