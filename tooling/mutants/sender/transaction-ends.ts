import type { Mutant } from '../mutant.js'

const source = (file: string): string => `packages/sender/src/transactions/${file}.ts`
const tests = (file: string): string => `packages/sender/test/transactions/${file}.test.ts`

/** Begin, end and epochs of transactions. */
export const endOfTransactionMutants: readonly Mutant[] = [
  {
    name: 'a transaction ends while batches are in flight',
    file: source('transaction-end'),
    find: '    await noneInFlight()\n',
    replace: '    void noneInFlight\n',
    killedBy: {
      file: tests('abort'),
      title: 'batches in flight are waited for, and only then the transaction is ended',
    },
    why: 'A record that comes after the abort belongs to no transaction, or to the next one.',
  },
  {
    name: 'a batch whose callers were told counts as landed',
    file: 'packages/sender/src/produce/delivery-deadlines.ts',
    find: "for (const { fate } of this.#batches) if (fate === 'inFlight') return true",
    replace:
      "for (const { fate, settled } of this.#batches) if (fate === 'inFlight' && !settled) return true",
    killedBy: {
      file: tests('abort'),
      title: 'a batch in flight is waited for although its caller was told already',
    },
    why: 'A record that comes after the abort belongs to no transaction, or to the next one.',
  },
  {
    name: 'an EndTxn is not repeated after UNKNOWN_SERVER_ERROR',
    file: source('transaction-requests'),
    find: '      untilKnown: true,\n',
    replace: '',
    killedBy: {
      file: tests('commit'),
      title: 'UNKNOWN_SERVER_ERROR says nothing of a commit, which is repeated',
    },
    why: 'F30: a transaction that is committed is called aborted, and its records are sent again.',
  },
  {
    name: 'an EndTxn without an answer is not repeated',
    file: source('transaction-requests'),
    find: '      isStillWanted: () => true,\n      untilKnown: true,\n',
    replace: '      isStillWanted: () => false,\n      untilKnown: true,\n',
    killedBy: {
      file: tests('commit'),
      title: 'a commit whose answer is lost 1 times is repeated to the coordinator',
    },
    why: 'F30: a transaction that is committed is called aborted, and its records are sent again.',
  },
  {
    name: 'random faults: an EndTxn without an answer is told as one that is refused',
    file: source('transaction-requests'),
    find: '      isStillWanted: () => true,\n      untilKnown: true,\n',
    replace: '      isStillWanted: () => false,\n      untilKnown: true,\n',
    killedBy: {
      file: 'packages/sender/test/transactions.property.test.ts',
      title: 'with transactions of version 2, whatever fails',
    },
    why: 'F30: a transaction that is committed is called aborted, and its records are sent again.',
  },
  {
    name: 'a request that was lost is forgotten once another is answered',
    file: source('coordinators'),
    find: 'isUnsure ||= error === null ? !untouched.has(code) : answer.written',
    replace: 'isUnsure = false',
    killedBy: {
      file: tests('commit'),
      title:
        'after a commit whose first answer is lost the next transaction begins with another epoch',
    },
    why: 'F30: the EndTxn that comes late ends the next transaction, and tears it.',
  },
  {
    name: 'a request that was never written counts as one that may come yet',
    file: source('coordinators'),
    find: 'isUnsure ||= error === null ? !untouched.has(code) : answer.written',
    replace: 'isUnsure ||= error !== null || !untouched.has(code)',
    killedBy: {
      file: tests('commit'),
      title: 'after a commit whose first request was never written the epoch goes on',
    },
    why: 'A commit that is surely not committed is said to be possible.',
  },
  {
    name: 'a coordinator that was busy may have done what it refused',
    file: source('coordinators'),
    find: "  'CONCURRENT_TRANSACTIONS',\n  'COORDINATOR_LOAD_IN_PROGRESS',\n",
    replace: '',
    killedBy: {
      file: tests('commit'),
      title:
        'after a commit whose first request was refused with CONCURRENT_TRANSACTIONS the epoch goes on',
    },
    why: 'Each transaction that follows fast on another takes one round trip more.',
  },
  {
    name: 'an abort after an unsure commit knows nothing of that',
    file: source('transaction-end'),
    find: 'return { ...answer, isUnsure: enrolment.mayHaveEnded }',
    replace: 'return answer',
    killedBy: {
      file: tests('fences'),
      title: 'is spent, too, where the abort after a commit without an answer is answered at once',
    },
    why: 'F30: the EndTxn that comes late ends the next transaction, and tears it.',
  },
  {
    name: 'an end that may come late leaves the epoch in use',
    file: source('producer-identity'),
    find: '    else if (isUnsure) this.#isSpent = true\n',
    replace: '',
    killedBy: {
      file: tests('fences'),
      title: 'is spent, too, where the abort after a commit without an answer is answered at once',
    },
    why: 'KAFKA-14402, KIP-890: the EndTxn that comes late ends the next transaction, and tears it.',
  },
  {
    name: 'the epoch that an end brings is ignored',
    file: source('producer-identity'),
    find: 'if (next.id >= 0n && next.epoch >= 0) this.#adopt',
    replace: 'if (next.id >= 0n && next.epoch > 32_767) this.#adopt',
    killedBy: {
      file: tests('versions'),
      title: 'after each commit the epoch of the answer is adopted, and all sequences begin at 0',
    },
    why: 'KIP-890: every second transaction of version 2 is refused.',
  },
  {
    name: 'partitions keep their sequences under another epoch',
    file: source('transactional-epochs'),
    find: 'return used !== this.#current.producer',
    replace: 'return false',
    killedBy: {
      file: tests('versions'),
      title: 'after each commit the epoch of the answer is adopted, and all sequences begin at 0',
    },
    why: 'Batches of an old epoch are refused, and the second transaction of version 2 never commits.',
  },
  {
    name: 'the version is that of the cluster at each moment',
    file: source('producer-identity'),
    find: '    return this.#version\n',
    replace: '    return this.#deps.clusterVersion()\n',
    killedBy: {
      file: tests('versions'),
      title: 'from 1 to 2 in mid-transaction counts from the next one on',
    },
    why: 'A transaction that began by one set of rules is ended by the other, and refused.',
  },
  {
    name: 'an epoch that is spent is used again',
    file: source('producer-identity'),
    find: 'if (this.#isSpent || this.#version',
    replace: 'if (this.#version',
    killedBy: {
      file: tests('failures'),
      title: 'after a batch that is refused version 1 goes on under another epoch',
    },
    why: 'The sequences of the next transaction have a gap, and all its batches are refused.',
  },
  {
    name: 'another version begins under the same epoch',
    file: source('producer-identity'),
    find: 'if (this.#isSpent || this.#version !== this.#deps.clusterVersion()) await',
    replace: 'if (this.#isSpent) await',
    killedBy: {
      file: tests('versions'),
      title: 'from 1 to 2 between two transactions asks for another epoch first',
    },
    why: 'A transaction never goes by the rules that the cluster has finalized.',
  },
  {
    name: 'what closes during a commit says that it is surely not committed',
    file: source('transaction-end'),
    find: "throw this.#noted(ofCommit(closed, 'possibly'))",
    replace: "throw this.#noted(ofCommit(closed, 'no'))",
    killedBy: {
      file: tests('commit'),
      title: 'closing the producer ends a commit whose outcome is unknown',
    },
    why: 'A caller that processes the records again has them twice.',
  },
  {
    name: 'a commit that is refused after an unsure attempt is surely not committed',
    file: source('transaction-end'),
    find: "const persisted = answer.isUnsure ? 'possibly' : 'no'",
    replace: "const persisted = answer.isUnsure ? 'no' : 'possibly'",
    killedBy: {
      file: tests('commit'),
      title: 'a commit whose outcome is unknown and that is fenced then may be committed',
    },
    why: 'A caller that processes the records again has them twice.',
  },
  {
    name: 'a commit that is refused when it is repeated is surely not committed',
    file: source('transaction-end'),
    find: 'return mustAbort(error, persisted)',
    replace: "return mustAbort(error, 'no')",
    killedBy: {
      file: tests('unsure-commits'),
      title: 'refused when it is repeated may be committed yet',
    },
    why: 'The first request comes late, and commits what the caller does again.',
  },
  {
    name: 'what comes into the queue while an abort empties it stays there',
    file: source('transaction-end'),
    find: '    while (failQueued(abortedWithTransaction())) await turn()\n',
    replace: '    failQueued(abortedWithTransaction())\n    await turn()\n',
    killedBy: {
      file: tests('abort'),
      title: 'records that get their memory only from batches that the abort fails, fail too',
    },
    why: 'Records of an aborted transaction go with the next one.',
  },
  {
    name: 'a batch that is still open outlives its transaction',
    file: 'packages/sender/src/send-loop.ts',
    find: 'this.#queue.take({ withOpen: true })',
    replace: 'this.#queue.take({ withOpen: false })',
    killedBy: {
      file: tests('abort'),
      title: 'a batch that was still open fails, too, and does not go with the next transaction',
    },
    why: 'It goes with the next transaction, although it was aborted.',
  },
  {
    name: 'an empty transaction is ended on the broker',
    file: source('transaction-end'),
    find: "    state.become('committing')\n    if (!enrolment.isEmpty) {",
    replace: "    state.become('committing')\n    if (enrolment !== null) {",
    killedBy: { file: tests('scope'), title: 'the commit of an empty transaction sends nothing' },
    why: 'KAFKA-18401: a broker refuses the commit of a transaction without records.',
  },
  {
    name: 'batches of an aborted transaction stay queued',
    file: source('transaction-end'),
    find: '    while (failQueued(abortedWithTransaction())) await turn()\n',
    replace: '    void failQueued\n    void turn\n',
    killedBy: {
      file: tests('abort'),
      title: 'queued batches fail in order once the abort is certain',
    },
    why: 'They go with the next transaction, although they were aborted.',
  },
]
