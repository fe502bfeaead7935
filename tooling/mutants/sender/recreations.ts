import type { Mutant } from '../mutant.js'

const src = 'packages/sender/src'
const file = 'packages/sender/test/recreated-topics.test.ts'

/** A topic that is deleted and created again. */
export const recreationMutants: readonly Mutant[] = [
  {
    name: 'created again: what may be in the old log keeps its number at the new topic',
    file: `${src}/partition/partition.ts`,
    find: 'if (!attempt.maybeWritten) continue',
    replace: 'if (attempt.maybeWritten) continue',
    killedBy: {
      file,
      title: 'two batches without an answer are sent to the new topic too, in their order',
    },
    why: 'Where a broker takes only 0 as a first sequence, all that follows is refused.',
  },
  {
    name: 'created again: what was sent by name gets a new number at the new topic',
    file: `${src}/partition/partition.ts`,
    find: 'if (attempt.unsureTopics.includes(zeroUuid)) this.mayBeAhead(batch)',
    replace: 'if (false) this.mayBeAhead(batch)',
    killedBy: {
      file,
      title:
        'a request by name without an answer may be in the new log: its batch keeps its sequence',
    },
    why: 'The new log may have it already: it is written twice.',
  },
  {
    name: 'created again: an overtaken batch gets a new number',
    file: `${src}/partition/decide.ts`,
    find: "if (progress.isOvertaken(batch)) return 'fail'",
    replace: '',
    killedBy: {
      file,
      title:
        'the new log may take the second request by name though the old topic has refused the first',
    },
    why: 'It is written behind the later one.',
  },
  {
    name: 'created again: of two sent by name the second is thought behind the first',
    file: `${src}/produce/outcomes.ts`,
    find: 'if (isForGone || progress.numbered.isAheadOfUnwritten(batch))',
    replace: 'if (isForGone)',
    killedBy: {
      file,
      title:
        'the first batch by name fails also where its sequence is refused before the new topic id is known',
    },
    why: 'The first one is written behind the second, and that again behind it.',
  },
  {
    name: 'created again: one that is missing still proves that nothing behind it was written',
    file: `${src}/partition/partition.ts`,
    find: 'if (this.isBehindMissing(batch)) this.#missing = null',
    replace: '',
    killedBy: {
      file,
      title:
        'a batch by name that may be written, behind a rejected one, fails when the new log has a batch behind it',
    },
    why: 'It is sent again under a new number, behind that one, or a second time.',
  },
  {
    name: 'created again: one behind it tells by name whether a batch was written',
    file: `${src}/partition/partition.ts`,
    find: 'if (unsureTopics.includes(zeroUuid)) return false',
    replace: '',
    killedBy: {
      file: 'packages/sender/test/unsure-by-name.test.ts',
      title: 'a batch that a topic missed while it was away is not acknowledged',
    },
    why: 'It is acknowledged, and in no log.',
  },
  {
    name: 'created again: a former id counts as another topic',
    file: `${src}/topics/topic-ids.ts`,
    find: 'if (known.ids.includes(id)) return false',
    replace: 'if (known.ids.at(-1) === id) return false',
    killedBy: {
      file,
      title: 'a former topic id comes from a broker that lags behind: nothing moves',
    },
    why: 'What the topic may have in its log is sent to it again under a new number.',
  },
  {
    name: 'created again: what may be in the log of a topic that is named again is sent to it',
    file: `${src}/topics/recreated-topics.ts`,
    find: "if (!attempt.oldLogs.includes(metadata.topic(topic)?.id ?? '')) return true",
    replace: 'return true',
    killedBy: {
      file,
      title:
        'a batch that may be in the log of a topic whose former id comes back is not sent to it',
    },
    why: 'It has another number by now, and is written twice.',
  },
  {
    name: 'created again: what the old log may have had was surely not written',
    file: `${src}/produce/errors.ts`,
    find: 'return maybeWritten || oldLogs.length > 0 || unsureTopics.includes(zeroUuid)',
    replace: 'return maybeWritten || unsureTopics.includes(zeroUuid)',
    killedBy: {
      file,
      title:
        'when the log that may have held a record is gone, a later failure still says that it may be written',
    },
    why: 'Consumers may have read it, and the caller sends it again.',
  },
  {
    name: 'created again: a leader of the deleted topic is believed',
    file: `${src}/produce/outcomes.ts`,
    find: 'if (leader !== null && this.#isOfThisTopic(sent, batch))',
    replace: 'if (leader !== null)',
    killedBy: {
      file,
      title: 'a new leader that the old leader names for a deleted topic is not believed',
    },
    why: 'Its epoch is higher than those of the new topic, whose leaders are ignored from then on.',
  },
  {
    name: 'created again: a leader that is told by name is believed',
    file: `${src}/produce/outcomes.ts`,
    find: 'if (byName) return incarnations.of(topic) === 0',
    replace: 'if (byName) return true',
    killedBy: {
      file,
      title:
        'an old leader that a lagging broker names in answer to a request by name is not believed',
    },
    why: 'It may be that of the deleted topic: nothing goes to the right one any more.',
  },
  {
    name: "created again: 'fail' lets go on what was in flight",
    file: `${src}/produce/outcomes.ts`,
    find: "verdict !== 'done' && verdict !== 'fail' && this.#mustNotMove(sent, batch)",
    replace: 'false',
    killedBy: {
      file,
      title:
        "onTopicRecreated 'fail' waits for what is in flight: an OK counts, anything else fails the batch",
    },
    why: 'Records that were meant for the old topic are mixed into the new one.',
  },
  {
    name: 'created again: a missing number proves that what was sent by name is nowhere',
    file: `${src}/produce/errors.ts`,
    find: 'return maybeWritten || oldLogs.length > 0 || unsureTopics.includes(zeroUuid)',
    replace: 'return maybeWritten || oldLogs.length > 0',
    killedBy: {
      file: 'packages/sender/test/unsure-by-name.test.ts',
      title:
        'a missing sequence before a batch sent by name without an answer proves what there is to prove',
    },
    why: 'It may have been read from a topic that came and went unheard of, and the caller sends it again.',
  },
]
