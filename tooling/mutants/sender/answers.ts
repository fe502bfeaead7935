import type { Mutant } from '../mutant.js'

const src = 'packages/sender/src'
const test = 'packages/sender/test'

/** What an answer says, and when the batch goes again. */
export const answerMutants: readonly Mutant[] = [
  {
    name: 'a partition that the answer lacks is acknowledged',
    file: `${src}/produce/outcomes.ts`,
    find: "without(batch, 'MALFORMED_RESPONSE', 'the answer lacks this partition')",
    replace: 'without(batch, null, null)',
    killedBy: {
      file: `${test}/retries.test.ts`,
      title: 'an answer that lacks a partition leaves its batch to be sent again',
    },
    why: 'Records are reported as written that no broker has spoken of.',
  },
  {
    name: 'a partition that the answer lacks was not written',
    file: `${src}/partition/decide.ts`,
    find: "  'MALFORMED_RESPONSE',\n",
    replace: '',
    killedBy: {
      file: `${test}/retries.test.ts`,
      title: 'a batch that no answer speaks of may have been written',
    },
    why: 'The caller sends again what is in the log.',
  },
  {
    name: 'an answer for a partition nobody asked about is taken',
    file: `${src}/produce/response.ts`,
    find: 'const batch = open.get(key)',
    replace: 'const batch = open.get(key) ?? [...open.values()][0]',
    killedBy: {
      file: `${test}/retries.test.ts`,
      title: 'partitions nobody asked about, or named twice, are logged and ignored',
    },
    why: 'A record gets the offset of another partition.',
  },
  {
    name: 'a partition that is named twice is answered twice',
    file: `${src}/produce/response.ts`,
    find: '      open.delete(key)\n',
    replace: '',
    killedBy: {
      file: `${test}/retries.test.ts`,
      title: 'partitions nobody asked about, or named twice, are logged and ignored',
    },
    why: 'A batch is settled twice, and its memory given back twice.',
  },
  {
    name: 'the topic id is looked up when the answer comes',
    file: `${src}/produce/response.ts`,
    find: "topicId === zeroUuid ? name : (topicIds.get(topicId) ?? '')",
    replace: "topicId === zeroUuid ? name : ''",
    killedBy: {
      file: `${test}/retries.test.ts`,
      title: 'a topic that got another id in the meantime still finds its answer',
    },
    why: 'No answer finds its batch.',
  },
  {
    name: 'NOT_LEADER asks for no metadata',
    file: `${src}/produce/outcomes.ts`,
    find: 'if (isRefreshMetadata(code)) metadata.refresh()',
    replace: '',
    killedBy: {
      file: `${test}/retries.test.ts`,
      title:
        'NOT_LEADER_OR_FOLLOWER moves only the partition that it was said of, after fresh metadata was asked for',
    },
    why: 'The batch is sent to the old leader until its time is over.',
  },
  {
    name: 'the leader that the broker names is not heard',
    file: `${src}/produce/outcomes.ts`,
    find: 'if (leader !== null && this.#isOfThisTopic(sent, batch)) metadata.applyLeader(leader)',
    replace: '',
    killedBy: {
      file: `${test}/retries.test.ts`,
      title: 'a leader named in the answer is applied and tried at once, with the same bytes',
    },
    why: 'KIP-951: a move costs a round of metadata and a back-off.',
  },
  {
    name: 'the back-off is ignored',
    file: `${src}/produce/outcomes.ts`,
    find: 'this.#parts.queue.requeue(batch, now() + pause)',
    replace: 'this.#parts.queue.requeue(batch, now())',
    killedBy: {
      file: `${test}/retries.test.ts`,
      title: 'the pause before a retry doubles up to its limit',
    },
    why: 'A broker in trouble is hammered.',
  },
  {
    name: 'the back-off holds although a newer leader is known',
    file: `${src}/send-loop.ts`,
    find: 'attempt.leaderEpoch = key.leaderEpoch',
    replace: 'attempt.leaderEpoch = Infinity',
    killedBy: {
      file: `${test}/retries.test.ts`,
      title: 'a leader named in the answer is applied and tried at once, with the same bytes',
    },
    why: 'After each move a partition rests for nothing.',
  },
  {
    name: 'the back-off is skipped although the leader is the old one',
    file: `${src}/send-loop.ts`,
    find: 'attempt.leaderEpoch = key.leaderEpoch',
    replace: 'attempt.leaderEpoch = -1',
    killedBy: {
      file: `${test}/retries.test.ts`,
      title: 'without news of the leader a retry waits for its back-off',
    },
    why: 'A broker that is no leader any more is hammered.',
  },
  {
    name: 'what never left this machine waits',
    file: `${src}/produce/outcomes.ts`,
    find: 'this.#retry(batch, failure?.written === false)',
    replace: 'this.#retry(batch)',
    killedBy: {
      file: `${test}/retries.test.ts`,
      title:
        'what never left this machine waits for no back-off, however often it was tried before',
    },
    why: 'Dead time while a broker is ready.',
  },
  {
    name: 'what never left this machine counts as an attempt',
    file: `${src}/produce/outcomes.ts`,
    find: 'else batch.attempt.count--',
    replace: '',
    killedBy: {
      file: `${test}/retries.test.ts`,
      title: 'what never left this machine is no attempt and waits for no back-off',
    },
    why: 'The error tells of attempts that there were not.',
  },
  {
    name: 'a lost connection leaves no doubt',
    file: `${src}/produce/outcomes.ts`,
    find: 'if (failure.written) this.#noteUnsure(sent, batch)',
    replace: 'if (failure.written) batch.attempt.maybeWritten = false',
    killedBy: {
      file: `${test}/expiry.test.ts`,
      title: 'a batch that may have been written says so when it times out',
    },
    why: 'The caller sends again what may be in the log.',
  },
  {
    name: 'a broker’s time-out leaves no doubt',
    file: `${src}/partition/decide.ts`,
    find: "  'REQUEST_TIMED_OUT',\n",
    replace: '',
    killedBy: {
      file: `${test}/retries.test.ts`,
      title: 'a batch that times out after REQUEST_TIMED_OUT, persisted: possibly',
    },
    why: 'The caller sends again what may be in the log.',
  },
  {
    name: 'an error with an offset counts as not written',
    file: `${src}/partition/decide.ts`,
    find: 'return unsure.has(code) || (baseOffset >= 0n && isRetriable(code))',
    replace: 'return unsure.has(code)',
    killedBy: {
      file: `${test}/sequences.test.ts`,
      title:
        'an error that carries an offset came after the append: the batch gets no new sequence',
    },
    why: 'A leader that lost its leadership after the append: the batch is written twice.',
  },
]
