import type { Mutant } from '../mutant.js'

const outcomes = 'packages/sender/src/produce/outcomes.ts'
const response = 'packages/sender/src/produce/response.ts'
const endings = 'packages/sender/src/produce/endings.ts'
const errors = 'packages/sender/src/produce/errors.ts'
const retries = 'packages/sender/test/retries.test.ts'
const expiry = 'packages/sender/test/expiry.test.ts'
const records = 'packages/sender/test/record-errors.test.ts'

const namedLeader = 'a leader named in the answer is applied and tried at once, with the same bytes'

/** What an answer tells, and when the batch is sent again. */
export const answerMutants: readonly Mutant[] = [
  {
    name: 'a partition that the answer lacks is acknowledged',
    file: response,
    find: "bareAnswer(sent, 'MALFORMED_RESPONSE', 'the answer lacks this partition')",
    replace: 'bareAnswer(sent, null, null)',
    killedBy: {
      file: retries,
      title: 'an answer that lacks a partition leaves its batch to be sent again',
    },
    why: 'Records are reported as written though no broker has said so.',
  },
  {
    name: 'a partition that the answer lacks was not written',
    file: outcomes,
    find: "  'MALFORMED_RESPONSE',\n",
    replace: '',
    killedBy: { file: retries, title: 'a batch that no answer speaks of may have been written' },
    why: 'The caller sends a record again that is in the log.',
  },
  {
    name: 'an answer for a partition that the request did not hold is taken',
    file: response,
    find: 'const sent = open.get(key)',
    replace: 'const sent = open.get(key) ?? [...open.values()][0]',
    killedBy: {
      file: retries,
      title: 'partitions nobody asked about, or named twice, are logged and ignored',
    },
    why: 'A record gets the offset of another partition.',
  },
  {
    name: 'a partition that is named twice is answered twice',
    file: response,
    find: '      open.delete(key)\n',
    replace: '',
    killedBy: {
      file: retries,
      title: 'partitions nobody asked about, or named twice, are logged and ignored',
    },
    why: 'A batch that has ended is decided on once more, and its partition closes the gate for nothing.',
  },
  {
    name: 'the topic id is looked up when the answer comes',
    file: response,
    find: "topicId === zeroUuid ? name : (topicNames.get(topicId) ?? '')",
    replace: "topicId === zeroUuid ? name : ''",
    killedBy: {
      file: retries,
      title: 'a topic that got another id in the meantime still finds its answer',
    },
    why: 'No answer finds its batch.',
  },
  {
    name: 'callers are told in the order of the answer',
    file: response,
    find: 'return answers.sort((a, b) => (a.sent.batch.isBefore(b.sent.batch) ? -1 : 1))',
    replace: 'return answers',
    killedBy: {
      file: retries,
      title: 'records settle in the order of sending, whatever the order of the answer',
    },
    why: 'Callbacks come in an order that the broker chooses.',
  },
  {
    name: 'NOT_LEADER asks for no metadata',
    file: outcomes,
    find: 'if (isRefreshMetadata(code)) metadata.refresh()',
    replace: '',
    killedBy: {
      file: retries,
      title:
        'NOT_LEADER_OR_FOLLOWER moves only the partition that it was said of, after fresh metadata was asked for',
    },
    why: 'The batch is sent to the old leader until its time is over.',
  },
  {
    name: 'the leader that the broker names is not believed',
    file: outcomes,
    find: 'if (leader !== null && this.#isOfThisTopic(request, sent)) metadata.applyLeader(leader)',
    replace: '',
    killedBy: { file: retries, title: namedLeader },
    why: 'KIP-951: a move costs a round of metadata and a back-off.',
  },
  {
    name: 'the back-off is ignored',
    file: endings,
    find: 'queue.requeue(sent.batch, retryAt, doubtedEpoch(sent))',
    replace: 'queue.requeue(sent.batch, this.#deps.runtime.now(), doubtedEpoch(sent))',
    killedBy: { file: retries, title: 'the pause before a retry doubles up to its limit' },
    why: 'A broker in trouble gets the batch again as fast as the network allows.',
  },
  {
    name: 'the back-off holds although a newer leader is known',
    file: endings,
    find: 'queue.requeue(sent.batch, retryAt, doubtedEpoch(sent))',
    replace: 'queue.requeue(sent.batch, retryAt, Infinity)',
    killedBy: { file: retries, title: namedLeader },
    why: 'After each move a partition rests for nothing.',
  },
  {
    name: 'the back-off is skipped although the leader is the old one',
    file: endings,
    find: 'queue.requeue(sent.batch, retryAt, doubtedEpoch(sent))',
    replace: 'queue.requeue(sent.batch, retryAt, -1)',
    killedBy: { file: retries, title: 'without news of the leader a retry waits for its back-off' },
    why: 'A broker that no longer leads gets the batch again as fast as the network allows.',
  },
  {
    name: 'the name of a newer leader is followed at once however often it was in vain',
    file: endings,
    find: 'return followedNews ? Infinity : attempt.leaderEpoch',
    replace: 'return attempt.leaderEpoch',
    killedBy: {
      file: 'packages/sender/test/leader-hints.test.ts',
      title:
        'between two brokers that name each other in rising epochs a batch goes with the usual back-off',
    },
    why: 'Two brokers that disagree get thousands of requests a second.',
  },
  {
    name: 'a batch that never left this machine waits for a back-off',
    file: outcomes,
    find: 'endings.retry(sent, failure?.written === false)',
    replace: 'endings.retry(sent)',
    killedBy: {
      file: retries,
      title:
        'what never left this machine waits for no back-off, however often it was tried before',
    },
    why: 'The partition rests while a broker is ready.',
  },
  {
    name: 'an attempt that never left this machine counts',
    file: outcomes,
    find: '    if (failure?.written === false) sent.attempts--\n',
    replace: '',
    killedBy: {
      file: retries,
      title: 'what never left this machine is no attempt and waits for no back-off',
    },
    why: 'The error tells of attempts that there were not.',
  },
  {
    name: 'after a lost connection the batch was not written',
    file: outcomes,
    find: 'if (failure !== null) return failure.written',
    replace: 'if (failure !== null) return false',
    killedBy: {
      file: expiry,
      title: 'a batch that may have been written says so when it times out',
    },
    why: 'The caller sends a record again that may be in the log.',
  },
  {
    name: 'after a REQUEST_TIMED_OUT of the broker the batch was not written',
    file: outcomes,
    find: "  'REQUEST_TIMED_OUT',\n",
    replace: '',
    killedBy: {
      file: retries,
      title: 'a batch that times out after REQUEST_TIMED_OUT, persisted: possibly',
    },
    why: 'The caller sends a record again that may be in the log.',
  },
  {
    name: 'an error with an offset counts as not written',
    file: outcomes,
    find: 'return withoutProof.has(code) || (baseOffset >= 0n && isRetriable(code))',
    replace: 'return withoutProof.has(code)',
    killedBy: {
      file: 'packages/sender/test/sequences.test.ts',
      title:
        'an error that carries an offset came after the append: the batch gets no new sequence',
    },
    why: 'The leader lost its leadership after the append: the batch is written twice.',
  },
  {
    name: 'DUPLICATE_SEQUENCE_NUMBER answers with its offset',
    file: outcomes,
    find: 'if (code !== null) return endings.acknowledge(sent, -1n, -1, false)',
    replace: 'if (code !== null) return endings.acknowledge(sent, baseOffset, -1, false)',
    killedBy: { file: retries, title: 'DUPLICATE_SEQUENCE_NUMBER is a success without offset' },
    why: 'The offset in an error is not that of the record.',
  },
  {
    name: 'the time of a repeated batch is taken for the time of the broker',
    file: outcomes,
    find: 'endings.acknowledge(sent, baseOffset, isBatchTime ? -1 : logAppendTime, true)',
    replace: 'endings.acknowledge(sent, baseOffset, logAppendTime, true)',
    killedBy: {
      file: 'packages/sender/test/send-loop.test.ts',
      title: 'the time with which Kafka answers a repeated batch is not taken for its own',
    },
    why: 'All records of the batch seem to have the time of the last one.',
  },
  {
    name: 'a log append time that is the latest time in the batch is that of a repeated batch',
    file: outcomes,
    find: 'const isBatchTime = sent.isPossiblyWritten && logAppendTime',
    replace: 'const isBatchTime = logAppendTime',
    killedBy: {
      file: 'packages/sender/test/send-loop.test.ts',
      title: 'a log append time that is by chance the latest time in the batch is told',
    },
    why: 'Some records have another time in the log than their callers were told.',
  },
  {
    name: 'the broker’s error about a record is told to the next record',
    file: errors,
    find: 'return { index, error }',
    replace: 'return { index: index + 1, error }',
    killedBy: {
      file: records,
      title: 'a record that a broker names fails with what the broker said of it',
    },
    why: 'The good record is mended, and the bad one is sent again.',
  },
  {
    name: 'a record behind the end of the batch can be the cause of its rejection',
    file: response,
    find: 'if (index >= 0 && index < count)',
    replace: 'if (index >= 0)',
    killedBy: {
      file: records,
      title: 'a broker that names only records which are not there fails the batch as a whole',
    },
    why: 'The batch is sent again, and rejected again, until its deadline.',
  },
]
