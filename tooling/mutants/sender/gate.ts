import type { Mutant } from '../mutant.js'

const partition = 'packages/sender/src/partition/partition.ts'
const pipelining = 'packages/sender/src/partition/pipelining.ts'
const window = 'packages/sender/src/partition/sequence-window.ts'
const outcomes = 'packages/sender/src/produce/outcomes.ts'
const gate = 'packages/sender/test/gate.test.ts'
const partitions = 'packages/sender/test/partition.test.ts'

/** Whether several batches of a partition may be in flight. */
export const gateMutants: readonly Mutant[] = [
  {
    name: 'there is no gate',
    file: partition,
    find: 'if (this.#epochBump !== null || !this.#gate.isOpenFor(attempt)) return false',
    replace: 'if (this.#epochBump !== null) return false',
    killedBy: {
      file: gate,
      title: 'one batch of a partition goes ahead alone, and its OK lets up to five follow',
    },
    why: 'A broker without state for the producer may reject the first of two batches and write the second.',
  },
  {
    name: 'any answer that ends a batch opens the gate',
    file: partition,
    find: 'if (goesOn && isOk) this.#gate.open(sent.attempt)',
    replace: 'if (goesOn) this.#gate.open(sent.attempt)',
    killedBy: {
      file: gate,
      title: 'after DUPLICATE_SEQUENCE_NUMBER one goes ahead alone again',
    },
    why: 'A duplicate does not show that this broker knows the producer, so the order may be lost.',
  },
  {
    name: 'an error leaves the gate open',
    file: outcomes,
    find: '    partition.closeGate()\n',
    replace: '',
    killedBy: {
      file: gate,
      title: 'after NOT_ENOUGH_REPLICAS one goes ahead alone again',
    },
    why: 'New batches are sent behind a failed one and are rejected with it, again and again.',
  },
  {
    name: 'a closed gate opens again when the leader moves there and back',
    file: partition,
    find: '    if (!this.#gate.isOpenFor(attempt)) this.#gate.close()\n',
    replace: '',
    killedBy: {
      file: gate,
      title:
        'when the leader moves there and back and epochs are not known, nothing goes to it before the old requests are answered',
    },
    why: 'Two leaders have a batch of the partition in flight at the same time.',
  },
  {
    name: 'the gate stays open for a new connection',
    file: pipelining,
    find: 'opened.connection === connection &&',
    replace: 'connection > 0 &&',
    killedBy: {
      file: gate,
      title: 'when the connection changes, one goes ahead alone again',
    },
    why: 'A new connection may lead to a broker that was started in the meantime and has no state for the producer.',
  },
  {
    name: 'the gate stays open however long ago the OK was',
    file: pipelining,
    find: ' || at - opened.at > lastingMs',
    replace: '',
    killedBy: {
      file: gate,
      title: 'when the last OK is older than a minute, one goes ahead alone again',
    },
    why: 'After a day without a batch the broker has forgotten the producer: it may reject the first batch and write the second.',
  },
  {
    name: 'the gate stays open for a new leader epoch',
    file: pipelining,
    find: 'opened.leaderEpoch === leaderEpoch &&',
    replace: 'leaderEpoch > 0 &&',
    killedBy: {
      file: gate,
      title: 'when the leader epoch changes, one goes ahead alone again',
    },
    why: 'The new leader may reject the first of two batches and write the second.',
  },
  {
    name: 'the gate stays open for a topic that was created again',
    file: pipelining,
    find: 'opened.topicId === topicId',
    replace: "topicId !== ''",
    killedBy: {
      file: partitions,
      title:
        'an OK of the topic before this one does not open the gate for the topic that was created again',
    },
    why: 'The new log knows no producer and accepts any first sequence.',
  },
  {
    name: 'an OK opens the gate while an earlier batch is open',
    file: window,
    find: 'const goesOn = wasFirst && !isBeforeGivenUp(this, sent)',
    replace: 'const goesOn = !isBeforeGivenUp(this, sent)',
    killedBy: {
      file: gate,
      title: 'the gate stays closed while an earlier batch has not been acknowledged',
    },
    why: 'More than five batches get ahead of it, and the broker no longer knows its sequence.',
  },
  {
    name: 'an OK opens the gate although a batch behind it was given up',
    file: window,
    find: 'const goesOn = wasFirst && !isBeforeGivenUp(this, sent)',
    replace: 'const goesOn = wasFirst',
    killedBy: {
      file: 'packages/sender/test/expiry.test.ts',
      title: 'an OK for a batch before the lost one says nothing of the lost one',
    },
    why: 'Several batches are in flight behind a sequence that the log may lack.',
  },
  {
    name: 'six batches of a partition are in flight',
    file: pipelining,
    find: 'const mostInFlight = 5',
    replace: 'const mostInFlight = 6',
    killedBy: {
      file: gate,
      title: 'one batch of a partition goes ahead alone, and its OK lets up to five follow',
    },
    why: 'Brokers remember five batches: after a sixth the first is unknown, and its retry is written twice or fails.',
  },
  {
    name: 'a batch that has a sequence is sent again while others are in flight',
    file: partition,
    find: 'return head === null || (this.window.find(head)?.sequence ?? -1) < 0',
    replace: 'return true',
    killedBy: {
      file: gate,
      title: 'a batch that is sent again goes alone, though an OK has opened the gate',
    },
    why: 'The batches in flight behind it are rejected as out of order, and so is each one that follows.',
  },
  {
    name: 'without idempotence batches of a partition go together though reordering is not allowed',
    file: partition,
    find: 'if (this.#allowReordering) return true',
    replace: 'if (this.#allowReordering || this.#producer?.id === -1n) return true',
    killedBy: {
      file: gate,
      title:
        'without idempotence one batch of a partition is in flight at a time, unless reordering is allowed',
    },
    why: 'A batch that is sent again comes behind later ones.',
  },
]
