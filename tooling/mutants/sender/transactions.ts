import type { Mutant } from '../mutant.js'
import { endOfTransactionMutants } from './transaction-ends.js'
import { fenceMutants } from './transaction-fences.js'

const source = (file: string): string => `packages/sender/src/transactions/${file}.ts`
const tests = (file: string): string => `packages/sender/test/transactions/${file}.test.ts`

/** Transactions: their ends and epochs, what belongs to them, and what an answer means for them. */
export const transactionMutants: readonly Mutant[] = [
  ...endOfTransactionMutants,
  ...fenceMutants,
  {
    name: 'a batch does not wait until its partition is added',
    file: source('transaction-manager'),
    find: '    this.#enrolment.want(of)\n    return false\n',
    replace: '    this.#enrolment.want(of)\n    return true\n',
    killedBy: {
      file: tests('versions'),
      title: 'a batch waits until the coordinator has added its partition',
    },
    why: 'The record is in the log without a transaction: no marker ever ends it.',
  },
  {
    name: 'each partition is added by a request of its own turn',
    file: source('additions'),
    find: 'this.#adding === null ? this.#deps.enrolment.takeWanted() : null',
    replace: 'this.#deps.enrolment.takeWanted()',
    killedBy: {
      file: tests('versions'),
      title:
        'partitions that are wanted in one turn share a request, and those wanted meanwhile go in the next',
    },
    why: 'Each turn of the loop asks for the same partitions again.',
  },
  {
    name: 'a partition is added once and for all transactions',
    file: source('enrolment'),
    find: '    this.#partitions = new Map()\n    this.#wanted = new Map()\n    this.#groups.clear()\n',
    replace: '',
    killedBy: {
      file: tests('versions'),
      title: 'a partition is added once in a transaction, and again in the next',
    },
    why: 'The record is in the log without a transaction: no marker ever ends it.',
  },
  {
    name: 'an end does not wait for partitions that are being added',
    file: source('additions'),
    find: 'await Promise.allSettled([...this.#sending, this.#adding])',
    replace: 'await Promise.allSettled(this.#sending)',
    killedBy: {
      file: tests('coordinators'),
      title: 'before the abort is wanted is not taken for one of the next transaction',
    },
    why: 'The next transaction sends to a partition that the coordinator does not know of.',
  },
  {
    name: 'what is not wanted any more is asked again after its pause',
    file: source('coordinators'),
    find: '      if (isOver(question)) return { code, response, error, isUnsure }\n',
    replace: '',
    killedBy: {
      file: tests('coordinators'),
      title: 'before its transaction is aborted is not added after the end',
    },
    why: 'The coordinator opens a transaction that nobody ends, and fences the producer when its time is over.',
  },
  {
    name: 'partitions are added for as long as a transaction may take, whoever has ended it',
    file: source('additions'),
    find: 'return isOpen() && now() - enrolment.since < transactionTimeoutMs',
    replace: 'return isOpen !== null && now() - enrolment.since < transactionTimeoutMs',
    killedBy: {
      file: tests('coordinators'),
      title: 'before its transaction is aborted is not added after the end',
    },
    why: 'An abort waits for a partition that nobody needs, until the transaction is over.',
  },
  {
    name: 'an end does not wait for offsets',
    file: source('transaction-manager'),
    find: '    await this.#additions.settled()\n',
    replace: '',
    killedBy: {
      file: tests('offsets'),
      title: 'offsets that nobody has awaited are waited for by the commit',
    },
    why: 'Offsets that were to be part of the transaction are not, and their records are read again.',
  },
  {
    name: 'CONCURRENT_TRANSACTIONS has the usual back-off',
    file: 'packages/sender/src/retry-backoff.ts',
    find: "return code === 'CONCURRENT_TRANSACTIONS'\n",
    replace: "return code === 'OPERATION_NOT_ATTEMPTED'\n",
    killedBy: {
      file: tests('coordinators'),
      title:
        'EndTxn is repeated after some 2 ms, then after twice as long, never after the usual back-off',
    },
    why: 'T02: each transaction that follows fast on another takes 100 ms.',
  },
  {
    name: 'a failed batch does not end the transaction',
    file: 'packages/sender/src/produce/endings.ts',
    find: '    const told = scope.failed(error)\n',
    replace: '    const told = scope === undefined ? error : error\n',
    killedBy: {
      file: tests('failures'),
      title: 'in version 1 a batch that is refused has the transaction aborted',
    },
    why: 'F31: a transaction commits that has lost a record.',
  },
  {
    name: 'a batch that is late does not end the transaction',
    file: 'packages/sender/src/produce/endings.ts',
    find: 'queue.settle(sent.batch, { error: this.#deps.scope.failed(error) })',
    replace: 'queue.settle(sent.batch, { error })',
    killedBy: {
      file: tests('failures'),
      title: 'in version 2 a batch that has no time left in flight has the transaction aborted',
    },
    why: 'F31: a transaction commits that has lost a record.',
  },
  {
    name: 'records that are excluded do not end the transaction',
    file: 'packages/sender/src/produce/endings.ts',
    find: '    if (scope.failed(error) !== error) return this.giveUp(batch, error)\n',
    replace: '    void [scope, error]\n',
    killedBy: {
      file: tests('failures'),
      title:
        'records that the broker excludes have the transaction aborted, the rest of their batch with them',
    },
    why: 'F31: a transaction commits that has lost a record.',
  },
  {
    name: 'a leader that doubts the producer ends it',
    file: source('transaction-manager'),
    find: "this.#state.now === 'fatalError' || remedyFor(error.code) !== 'find out'",
    replace: "this.#state.now === 'fatalError' || error.code !== null",
    killedBy: {
      file: tests('found-out'),
      title:
        'a batch that is answered INVALID_TXN_STATE fails, and the transaction can only be aborted',
    },
    why: 'The caller is told that the producer is lost, and only the transaction is.',
  },
  {
    name: 'a batch that the codec fails on does not end the transaction',
    file: 'packages/sender/src/send-loop.ts',
    find: '      this.#scope.failed(codecFailed(batch))\n',
    replace: '      void codecFailed\n',
    killedBy: {
      file: tests('failures'),
      title: 'a part of a batch that the codec fails on has the transaction aborted',
    },
    why: 'F31: a transaction commits that has lost a record.',
  },
  {
    name: 'INVALID_TXN_STATE costs the transaction without a question',
    file: source('errors'),
    find: "  'INVALID_PRODUCER_EPOCH',\n  'INVALID_TXN_STATE',\n",
    replace: "  'INVALID_PRODUCER_EPOCH',\n",
    killedBy: {
      file: tests('found-out'),
      title: 'a commit that is answered INVALID_TXN_STATE: the transaction was only aborted',
    },
    why: 'KAFKA-20785: nobody asks whether the commit was overtaken by the time-out.',
  },
  {
    name: 'a coordinator that has moved is asked again',
    file: source('coordinators'),
    find: 'if (error !== null || moved.has(code)) this.#nodes.delete(nameOf(question.of))',
    replace: 'if (error !== null) this.#nodes.delete(nameOf(question.of))',
    killedBy: {
      file: tests('error-table'),
      title:
        'AddPartitionsToTxn that is answered NOT_COORDINATOR goes to the coordinator that is found anew',
    },
    why: 'F29: the transaction hangs as long as the broker lives.',
  },
  {
    name: 'offsets go beside the ones before',
    file: source('additions'),
    find: '    await Promise.allSettled(this.#sending)\n',
    replace: '',
    killedBy: {
      file: tests('offsets'),
      title:
        'offsets go in the order of the calls, so that an earlier one that is sent again replaces no later one',
    },
    why: 'The group goes back to an earlier offset, and its records are processed twice.',
  },
  {
    name: 'a partition whose topic is gone for a minute is forgotten within its epoch',
    file: source('transactional-epochs'),
    find: '    this.#current.loseSequences(used)\n    return this.isOver(used)\n',
    replace: '    this.#current.loseSequences(used)\n    return true\n',
    killedBy: {
      file: tests('epochs'),
      title:
        'a topic that comes back within a transaction has its sequences go on, for the epoch goes on',
    },
    why: 'A broker takes the first records after that for duplicates, and they are nowhere.',
  },
  {
    name: 'a coordinator that is gone for good is looked up again only where nothing else happens',
    file: source('coordinators'),
    find: '      if (now() - since < this.#options.retryBackoffMaxMs) continue\n',
    replace: '      if (now() - since < 60_000) continue\n',
    killedBy: {
      file: tests('coordinators'),
      title: 'for good is found at another broker, however much else happens meanwhile',
    },
    why: 'F29: a commit hangs although another broker has taken over.',
  },
  {
    name: 'records: they do not carry the transactional flag',
    file: 'packages/sender/src/produce/request.ts',
    find: 'records: recordsOf(one, transactionalId !== null),',
    replace: 'records: recordsOf(one, false),',
    killedBy: { file: tests('scope'), title: 'each batch carries the transactional flag' },
    why: 'A consumer sees them before the commit, and after an abort.',
  },
  {
    name: 'records: in version 1 they go in requests of version 2',
    file: source('transaction-manager'),
    find: 'this.#deps.identity.version === 1 ? lastProduceOfVersion1 : produceApi.maxVersion',
    replace: 'produceApi.maxVersion',
    killedBy: {
      file: tests('versions'),
      title: 'no request has a version that only transactions of version 2 may use',
    },
    why: 'KIP-890: the broker adds their partitions by rules by which the transaction does not go.',
  },
  {
    name: 'records: a batch that is sent leaves the transaction empty',
    file: source('transaction-manager'),
    find: '    this.#enrolment.tell(this.#deps.now())\n    this.#enrolment.add(of)\n',
    replace: '    this.#enrolment.add(of)\n',
    killedBy: {
      file: tests('versions'),
      title: 'version 2 a transaction of one record takes two requests',
    },
    why: 'A commit that was told to its caller never came to the broker.',
  },
  {
    name: 'records: a topic that is created again leaves the transaction whole',
    file: source('transaction-manager'),
    find: 'if (this.#enrolment.hasTopic(topic)) this.failed(topicRecreated(topic))',
    replace: 'void [topic, topicRecreated]',
    killedBy: {
      file: tests('failures'),
      title:
        'onTopicRecreated: continue a topic of the transaction that is created again has it aborted',
    },
    why: 'A transaction commits of which a part was deleted.',
  },
  {
    name: 'records: those of a fenced producer wait',
    file: source('transaction-manager'),
    find: "(now === 'fatalError' && failQueued(error!))",
    replace: 'false',
    killedBy: {
      file: tests('commit'),
      title: 'a fenced producer says what to do, and does nothing more',
    },
    why: 'Their callers hear of it two minutes later, and then not why.',
  },
]
