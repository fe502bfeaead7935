import type { Mutant } from '../mutant.js'

const source = (file: string): string => `packages/sender/src/transactions/${file}.ts`
const tests = (file: string): string => `packages/sender/test/transactions/${file}.test.ts`

const randomTests = 'packages/sender/test/transactions.property.test.ts'

const mayBeAborted = 'this.#version === 1 && (wasOpen || this.#isUnsure)'
const isFree = 'isAborted(found, next) || (mayBeTaken && !isOpen(found))'
const zombie = 'A zombie fences the producer that has taken its place, and aborts what that does.'

/** What a producer does that the coordinator has fenced, and when it takes another epoch. */
export const fenceMutants: readonly Mutant[] = [
  {
    name: 'fences: the epoch behind is taken without a look',
    file: source('producer-identity'),
    find: isFree,
    replace: 'found.epoch >= 0',
    killedBy: {
      file: tests('fences'),
      title: 'where the id has a transaction open does not take the epoch of a newer producer',
    },
    why: zombie,
  },
  {
    name: 'fences: the epoch behind is never taken',
    file: source('producer-identity'),
    find: mayBeAborted,
    replace: 'wasOpen && this.#version !== this.#version',
    killedBy: { file: tests('fences'), title: 'goes on under the epoch behind the fence' },
    why: 'F33: under version 1 a transaction that took too long costs the producer.',
  },
  {
    name: 'fences: version 2 looks for an epoch behind them, too',
    file: source('producer-identity'),
    find: mayBeAborted,
    replace: 'wasOpen || this.#isUnsure',
    killedBy: {
      file: tests('fences'),
      title: 'in version 2 an abort that is answered PRODUCER_FENCED is final',
    },
    why: zombie,
  },
  {
    name: 'fences: the epoch behind is taken though no transaction was open',
    file: source('producer-identity'),
    find: mayBeAborted,
    replace: 'this.#version === 1 && (wasOpen || this.#current !== null)',
    killedBy: {
      file: tests('successors'),
      title: 'does not take the epoch of that one, which has aborted a transaction of its own',
    },
    why: zombie,
  },
  {
    name: 'fences: an epoch is asked for wherever the id stands',
    file: source('producer-identity'),
    find: '(found) => found === null || isAt(found, current) || (this.#isUnsure && !isOpen(found))',
    replace: '(found) => found === null || found.epoch >= 0 || isAt(found, current)',
    killedBy: {
      file: tests('successors'),
      title: 'a producer does not ask for an epoch where a newer one has a transaction open, since',
    },
    why: 'A zombie aborts what the producer that has taken its place has open: Kafka looks at the epoch last.',
  },
  {
    name: 'fences: an unsure producer asks for an epoch though a transaction is open',
    file: source('producer-identity'),
    find: '(this.#isUnsure && !isOpen(found))',
    replace: 'this.#isUnsure',
    killedBy: {
      file: tests('successors'),
      title: 'a producer does not ask for an epoch where a newer one has a transaction open',
    },
    why: zombie,
  },
  {
    name: 'fences: an epoch that its own lost question has taken is that of a newer producer',
    file: source('producer-identity'),
    find: ' || (this.#isUnsure && !isOpen(found))',
    replace: '',
    killedBy: {
      file: tests('successors'),
      title: 'and goes on where its own question had been carried out, though the answer was lost',
    },
    why: 'One lost answer costs the producer.',
  },
  {
    name: 'fences: the question for an epoch is repeated without another look',
    file: source('transaction-requests'),
    find: '      isSentOnce: known.id >= 0n,\n',
    replace: '',
    killedBy: {
      file: tests('successors'),
      title: 'before it repeats the question where it gets no answer',
    },
    why: 'A producer that was cut off for a while aborts what its successor has open.',
  },
  {
    name: 'fences: what has become of the last transaction does not matter',
    file: source('standing'),
    find: "isAt(found, producer) && (state === 'PrepareAbort' || state === 'CompleteAbort')",
    replace: "isAt(found, producer) && state !== ''",
    killedBy: {
      file: tests('fences'),
      title: 'where the id has committed does not take the epoch of a newer producer',
    },
    why: zombie,
  },
  {
    name: 'fences: an abort that is not complete does not count',
    file: source('standing'),
    find: "(state === 'PrepareAbort' || state === 'CompleteAbort')",
    replace: "state === 'CompleteAbort'",
    killedBy: {
      file: tests('fences'),
      title: '(PRODUCER_FENCED) where the coordinator has aborted the transaction (PrepareAbort)',
    },
    why: 'F33: whether the producer goes on depends on how fast the markers are written.',
  },
  {
    name: 'fences: an abort that is complete does not count',
    file: source('standing'),
    find: "(state === 'PrepareAbort' || state === 'CompleteAbort')",
    replace: "state === 'PrepareAbort'",
    killedBy: {
      file: randomTests,
      title: 'with transactions of version 1, whatever fails, exactly',
    },
    why: 'F33: whether the producer goes on depends on how fast the markers are written.',
  },
  {
    name: 'fences: the abort may be one of any epoch',
    file: source('standing'),
    find: 'found.id === id && found.epoch === epoch',
    replace: 'found.id === id && epoch >= 0',
    killedBy: {
      file: tests('fences'),
      title: 'where the id has aborted one epoch on does not take the epoch of a newer producer',
    },
    why: zombie,
  },
  {
    name: 'fences: the abort may be one of any producer id',
    file: source('standing'),
    find: 'found.id === id && found.epoch === epoch',
    replace: 'found.epoch === epoch && id >= 0n',
    killedBy: {
      file: tests('fences'),
      title: 'where the id has aborted under another producer id does not take the epoch',
    },
    why: zombie,
  },
  {
    name: 'fences: one that its own late request has put up is final',
    file: source('producer-identity'),
    find: '      await this.renewIfAborted(false)\n',
    replace: '      throw error\n',
    killedBy: {
      file: tests('fences'),
      title: 'is that behind the fence where a late request had opened a transaction',
    },
    why: 'F30: an AddPartitionsToTxn that comes late costs the producer.',
  },
  {
    name: 'fences: an abort that is refused for another reason is done by another epoch',
    file: source('transaction-end'),
    find: "else throw refused(answer.code, 'EndTxn', 'the abort', answer.error)",
    replace: 'else await identity.renew()',
    killedBy: {
      file: tests('error-table'),
      title: 'an abort of version 2 that is answered TRANSACTION_ABORTABLE rejects',
    },
    why: 'Under version 2 an InitProducerId without need costs a round trip, and may fence a newer producer.',
  },
  {
    name: 'fences: a spent epoch is renewed only when the next transaction begins',
    file: source('transaction-manager'),
    find: '      this.#renewSoon()\n',
    replace: '',
    killedBy: {
      file: tests('commit'),
      title:
        'after a commit whose first answer is lost the next transaction begins with another epoch, which is asked for at once',
    },
    why: 'A producer that was started meanwhile is fenced by the one that it has replaced.',
  },
  {
    name: 'fences: the one who goes on is not told why',
    file: source('errors'),
    find: "if (reason.code !== 'INVALID_TXN_STATE' && !isFencing(reason.code)) return reason",
    replace: 'if (reason.code !== null) return reason',
    killedBy: {
      file: tests('commit'),
      title:
        'version 1 a commit that the coordinator has aborted before, since it took too long, is surely not committed, and says why',
    },
    why: 'F33: nobody learns that transactionTimeoutMs is too short for the transaction.',
  },
]
