import type { Mutant } from '../mutant.js'

const window = 'packages/sender/src/partition/sequence-window.ts'
const queries = 'packages/sender/src/partition/queries.ts'
const partition = 'packages/sender/src/partition/partition.ts'
const outcomes = 'packages/sender/src/produce/outcomes.ts'
const feed = 'packages/sender/src/topics/metadata-feed.ts'
const recreated = 'packages/sender/src/topics/recreated-topics.ts'
const recreations = 'packages/sender/test/recreated-topics.test.ts'
const byName = 'packages/sender/test/unsure-by-name.test.ts'
const metadata = 'packages/sender/test/metadata-feed.test.ts'
const ofPartition = 'packages/sender/test/partition.test.ts'

/** Topics that are deleted and created again. */
export const recreatedTopicMutants: readonly Mutant[] = [
  {
    name: 'created again: a batch that may be in the old log keeps its sequence at the new topic',
    file: queries,
    find: 'unresolved.some(({ byName, attempt }) => byName || !isOfPreviousTopic(window, attempt))',
    replace: 'unresolved.length > 0',
    killedBy: {
      file: recreations,
      title: 'two batches without an answer are sent to the new topic too, in their order',
    },
    why: 'Where a broker accepts only 0 as a first sequence, every batch that follows is rejected.',
  },
  {
    name: 'created again: a batch that was sent by name gets a new sequence at the new topic',
    file: queries,
    find: 'unresolved.some(({ byName, attempt }) => byName || !isOfPreviousTopic(window, attempt))',
    replace: 'unresolved.some(({ attempt }) => !isOfPreviousTopic(window, attempt))',
    killedBy: {
      file: recreations,
      title:
        'a request by name without an answer may be in the new log: its batch keeps its sequence',
    },
    why: 'The new log may have it already: it is written twice.',
  },
  {
    name: 'created again: the window does not hear of it',
    file: window,
    find: '    this.recreations = recreations\n',
    replace: '',
    killedBy: {
      file: ofPartition,
      title:
        'in the log of a topic that was created again nothing is that was sent by the id of the topic before',
    },
    why: 'A batch that only the deleted log may have is sent under its old sequence and fails.',
  },
  {
    name: 'created again: an unresolved attempt at the old topic is forgotten',
    file: window,
    find: '    this.recreations = recreations\n',
    replace:
      '    this.recreations = recreations\n    for (const sent of this.#open()) sent.unresolved = sent.unresolved.filter(({ byName }) => byName)\n',
    killedBy: {
      file: recreations,
      title:
        'when the log that may have held a record is gone, a later failure still says that it may be written',
    },
    why: 'Consumers may have read it, and the caller sends it again.',
  },
  {
    name: 'created again: a batch that was sent by name overtakes none',
    file: window,
    find: '        sent.outOfOrder = true\n        sent.unresolved = ',
    replace: '        sent.unresolved = ',
    killedBy: {
      file: ofPartition,
      title:
        'in the log of a topic that was created again nothing is that was sent by the id of the topic before',
    },
    why: 'The new log may have it: the batch before it is written behind it.',
  },
  {
    name: 'created again: of two that were sent by name the second counts as behind the first',
    file: window,
    find: 'if (forPreviousTopic || isBehindUnwritten(this, sent)) sent.outOfOrder = true',
    replace: 'if (forPreviousTopic) sent.outOfOrder = true',
    killedBy: {
      file: recreations,
      title:
        'the first batch by name fails also where its sequence is refused before the new topic id is known',
    },
    why: 'The first is written behind the second, and the second again behind it.',
  },
  {
    name: 'created again: the answer to a batch behind it tells of a batch that was sent by name',
    file: queries,
    find: '  if (sent.unansweredByName) return false\n',
    replace: '',
    killedBy: {
      file: byName,
      title:
        'a batch that a topic missed while it was away is not acknowledged for a batch that it has behind it',
    },
    why: 'It is acknowledged, and in no log.',
  },
  {
    name: 'created again: the sequences go on',
    file: partition,
    find: `    this.#gate.close()
    this.#epochBump ??= 'nextEpoch'
`,
    replace: '    this.#gate.close()\n',
    killedBy: {
      file: recreations,
      title:
        'a partition of a topic created again where nothing is left begins at 0 of the next epoch, and so do the others',
    },
    why: 'A broker that accepts only 0 as a first sequence rejects every batch.',
  },
  {
    name: 'created again: a batch that awaits a probe is left waiting',
    file: outcomes,
    find: '      for (const sent of endings.takeAwaitingProbe(partition)) endings.retry(sent)\n',
    replace: '',
    killedBy: {
      file: 'packages/sender/test/probes.test.ts',
      title: 'a batch that awaits a probe goes to the topic that is created again',
    },
    why: 'The deleted log answers no more: its callers hear nothing until its deadline, and the partition stands still.',
  },
  {
    name: 'created again: a former id counts as another topic',
    file: 'packages/sender/src/topics/topic-ids.ts',
    find: 'const isNew = !known.ids.includes(id)',
    replace: 'const isNew = known.ids.at(-1) !== id',
    killedBy: {
      file: recreations,
      title:
        'a former topic id comes from a broker that lags behind: nothing moves, and nothing is written twice',
    },
    why: 'A batch that the topic may have in its log is sent to it again under a new sequence.',
  },
  {
    name: 'created again: a batch that may be in the log of a topic that is named again is sent to it',
    file: recreated,
    find: 'if (this.#wasSentToPreviousTopic(batch)) returned.add(batch)',
    replace: 'if (batch === null) returned.add(batch)',
    killedBy: {
      file: recreations,
      title:
        'a batch that may be in the log of a topic whose former id comes back is not sent to it',
    },
    why: 'It has another sequence by now, and is written twice.',
  },
  {
    name: 'created again: a leader of the deleted topic is believed',
    file: outcomes,
    find: 'if (leader !== null && this.#isOfThisTopic(request, sent))',
    replace: 'if (leader !== null)',
    killedBy: {
      file: recreations,
      title: 'a new leader that the old leader names for a deleted topic is not believed',
    },
    why: 'Its epoch is higher than those of the new topic, whose leaders are ignored from then on.',
  },
  {
    name: 'created again: a leader that is told by name is believed',
    file: outcomes,
    find: 'if (byName) return topicIds.recreations(topic) === 0',
    replace: 'if (byName) return true',
    killedBy: {
      file: recreations,
      title:
        'an old leader that a lagging broker names in answer to a request by name is not believed',
    },
    why: 'It may lead the deleted topic: nothing goes to the right leader any more.',
  },
  {
    name: "created again: 'fail' lets batches go on that were in flight",
    file: outcomes,
    find: "return isSentAgain && onTopicRecreated === 'fail' && this.#isForPreviousTopic(sent)",
    replace: 'return false',
    killedBy: {
      file: recreations,
      title:
        "onTopicRecreated 'fail' waits for what is in flight: an OK counts, anything else fails the batch",
    },
    why: 'Records that were meant for the old topic are mixed into the new one.',
  },
  {
    name: 'created again: the feed does not tell',
    file: feed,
    find: 'for (const name of recreated) this.#events.recreated(name)',
    replace: '',
    killedBy: {
      file: metadata,
      title: 'a topic that was created again is told once',
    },
    why: 'The sequences go on in a log that knows none of them.',
  },
  {
    name: 'created again: the sender hears of it before the front',
    file: feed,
    find: `    this.#queue.publish(changed, failure)
    for (const name of recreated) this.#events.recreated(name)`,
    replace: `    for (const name of recreated) this.#events.recreated(name)
    this.#queue.publish(changed, failure)`,
    killedBy: {
      file: metadata,
      title: 'the front hears of a topic that was created again before the sender does',
    },
    why: 'Records that fail because of it are reported while the front still hands out the partitions of the old topic.',
  },
  {
    name: 'created again: a broker that lags behind takes partitions away',
    file: 'packages/sender/src/topics/topic-ids.ts',
    find: 'known.partitions = Math.max(known.partitions, partitions)',
    replace: 'known.partitions = partitions',
    killedBy: {
      file: 'packages/sender/test/gone-topics.test.ts',
      title: 'where a broker that lags behind names fewer partitions of the new topic',
    },
    why: 'Records fail that the topic would take a moment later.',
  },
]
