import type { Mutant } from '../mutant.js'

const src = 'packages/sender/src'
const test = 'packages/sender/test'

/** The gate, sequences and epochs. */
export const numberMutants: readonly Mutant[] = [
  {
    name: 'there is no gate',
    file: `${src}/partition/partition.ts`,
    find: 'return this.inFlight.size < mostInFlight && this.#gate.isOpenFor(key)',
    replace: 'return this.inFlight.size < mostInFlight',
    killedBy: {
      file: `${test}/gate.test.ts`,
      title: 'one batch of a partition goes ahead alone, and its OK lets up to five follow',
    },
    why: 'A broker without state for the producer may refuse the first of two and keep the second.',
  },
  {
    name: 'any answer that ends a batch opens the gate',
    file: `${src}/produce/outcomes.ts`,
    find: `accepted(batch, code === null ? key : null)
    const baseOffset`,
    replace: `accepted(batch, key)
    const baseOffset`,
    killedBy: {
      file: `${test}/gate.test.ts`,
      title: 'after DUPLICATE_SEQUENCE_NUMBER one goes ahead alone again',
    },
    why: 'It does not show that this broker knows the producer: the order may be lost.',
  },
  {
    name: 'an error leaves the gate open',
    file: `${src}/produce/outcomes.ts`,
    find: 'partitions.of(batch).closeGate()',
    replace: 'partitions.of(batch)',
    killedBy: {
      file: `${test}/gate.test.ts`,
      title: 'after NOT_ENOUGH_REPLICAS one goes ahead alone again',
    },
    why: 'New batches are sent beside a failed one and are refused with it, again and again.',
  },
  {
    name: 'a gate that was passed by opens again',
    file: `${src}/partition/partition.ts`,
    find: 'if (!this.#gate.isOpenFor(key)) this.#gate.close()',
    replace: '',
    killedBy: {
      file: `${test}/gate.test.ts`,
      title:
        'when the leader moves there and back and epochs are not known, nothing goes to it before the old requests are answered',
    },
    why: 'Two leaders have a batch each at the same time.',
  },
  {
    name: 'the gate stays open for a new connection',
    file: `${src}/partition/pipelining.ts`,
    find: 'key.connection === connection &&',
    replace: 'connection > 0 &&',
    killedBy: {
      file: `${test}/gate.test.ts`,
      title: 'when the connection changes, one goes ahead alone again',
    },
    why: 'Behind the connection may be a broker that was started anew.',
  },
  {
    name: 'the gate stays open however long ago the OK was',
    file: `${src}/partition/pipelining.ts`,
    find: ' || at - key.at > lastingMs',
    replace: '',
    killedBy: {
      file: `${test}/gate.test.ts`,
      title: 'when the last OK is older than a minute, one goes ahead alone again',
    },
    why: 'After a day of silence the broker refuses the first batch and keeps the second.',
  },
  {
    name: 'the gate stays open for a new leader',
    file: `${src}/partition/pipelining.ts`,
    find: 'key.leaderEpoch === leaderEpoch &&',
    replace: 'leaderEpoch > 0 &&',
    killedBy: {
      file: `${test}/gate.test.ts`,
      title: 'when the leader epoch changes, one goes ahead alone again',
    },
    why: 'The new leader may refuse the first of two batches and keep the second.',
  },
  {
    name: 'the gate stays open for a topic that was created again',
    file: `${src}/partition/pipelining.ts`,
    find: 'key.topicId === topicId',
    replace: "topicId !== ''",
    killedBy: {
      file: `${test}/partition.test.ts`,
      title: 'an OK of the topic that was opens nothing for the one that was created again',
    },
    why: 'The new log knows no producer and takes any first sequence.',
  },
  {
    name: 'an OK opens the gate while an earlier batch is open',
    file: `${src}/partition/partition.ts`,
    find: 'if (!wasFirst || key === null || ',
    replace: 'if (key === null || ',
    killedBy: {
      file: `${test}/gate.test.ts`,
      title: 'the gate stays closed while an earlier batch has not been acknowledged',
    },
    why: 'More than five get ahead of it, and the broker knows its number no more.',
  },
  {
    name: 'six batches of a partition are in flight',
    file: `${src}/partition/partition.ts`,
    find: 'const mostInFlight = 5',
    replace: 'const mostInFlight = 6',
    killedBy: {
      file: `${test}/gate.test.ts`,
      title: 'one batch of a partition goes ahead alone, and its OK lets up to five follow',
    },
    why: 'Brokers remember five: a sixth makes the first unknown, and its retry a second copy or an error.',
  },
  {
    name: 'a new leader is sent to before the old one has answered',
    file: `${src}/send-loop.ts`,
    find: 'return progress.mayGo(head, this.#keyOf(node, topic, partition))',
    replace:
      'return this.#network.inFlight(node) === 0 || progress.mayGo(head, this.#keyOf(node, topic, partition))',
    killedBy: {
      file: `${test}/gate.test.ts`,
      title: 'when the leader moves, nothing goes to the new one before the old one has answered',
    },
    why: 'What the old leader still writes may come behind what the new one has taken.',
  },
  {
    name: 'a batch gets a new number with each attempt',
    file: `${src}/partition/partition.ts`,
    find: 'if (attempt.sequence >= 0) return\n',
    replace: '',
    killedBy: {
      file: `${test}/retries.test.ts`,
      title: 'a retry has the same bytes, header included',
    },
    why: 'The broker does not know the batch again and writes it twice.',
  },
  {
    name: 'sequences count batches',
    file: `${src}/partition/partition.ts`,
    find: 'nextSequence(this.#nextSequence, batch.count)',
    replace: 'nextSequence(this.#nextSequence, 1)',
    killedBy: {
      file: `${test}/gate.test.ts`,
      title: 'each batch follows the one before it without a gap in the sequence',
    },
    why: 'Every second batch is out of order.',
  },
  {
    name: 'sequences do not wrap at 2147483647',
    file: 'packages/protocol/src/batch/batch-header.ts',
    find: 'return (sequence + count) & 0x7fffffff',
    replace: 'return sequence + count',
    killedBy: {
      file: `${test}/partition.test.ts`,
      title: 'sequences count records, and 0 follows 2147483647 in the middle of a batch too',
    },
    why: 'After two milliards of records a partition stands still.',
  },
  {
    name: 'the epoch that came with the producer id is not heeded',
    file: `${src}/producer-id/producer-id-manager.ts`,
    find: '{ id: producerId, epoch: producerEpoch }',
    replace: '{ id: producerId, epoch: 0 }',
    killedBy: {
      file: `${test}/producer-identity.test.ts`,
      title: 'sequences begin under the epoch that came with the producer id',
    },
    why: 'A broker that knows a later epoch of the id refuses every batch.',
  },
  {
    name: 'the epoch goes on after 32767',
    file: `${src}/partition/partition.ts`,
    find: "this.#restart === 'new id' || this.epoch >= lastEpoch",
    replace: "this.#restart === 'new id' || this.epoch > lastEpoch",
    killedBy: {
      file: `${test}/partition.test.ts`,
      title: 'after epoch 32767 comes epoch 0 of another producer id',
    },
    why: 'The epoch turns negative on the wire, and no broker takes it.',
  },
  {
    name: 'after a batch that was surely not written the numbers go on',
    file: `${src}/partition/partition.ts`,
    find: "this.#noteMissing(batch)\n    this.#restart ??= 'next epoch'",
    replace: 'return',
    killedBy: {
      file: `${test}/partition.test.ts`,
      title:
        'one that was surely not written is given up: the rest begin anew once nothing is in flight',
    },
    why: 'All that follows is refused as out of order, one by one.',
  },
  {
    name: 'numbers begin anew while one may have been written',
    file: `${src}/partition/partition.ts`,
    find: 'if (batch.attempt.maybeWritten || this.isOvertaken(batch)) return false',
    replace: 'if (this.isOvertaken(batch)) return false',
    killedBy: {
      file: `${test}/partition.test.ts`,
      title: 'while one may have been written nothing begins anew',
    },
    why: 'Under a new epoch the broker writes it a second time.',
  },
  {
    name: 'numbers begin anew while batches are in flight',
    file: `${src}/partition/partition.ts`,
    find: 'if (this.#restart === null || this.inFlight.size > 0 || this.numbered.someAside) return false',
    replace: 'if (this.#restart === null || this.numbered.someAside) return false',
    killedBy: {
      file: `${test}/partition.test.ts`,
      title:
        'one that was surely not written is given up: the rest begin anew once nothing is in flight',
    },
    why: 'A batch that the broker is writing gets a second number, and is written twice.',
  },
  {
    name: 'what waits for the answer to another is not asked about again',
    file: `${src}/produce/endings.ts`,
    find: "if (verdict === 'retry') return this.askAgain(progress)",
    replace: "if (verdict === 'retry') return",
    killedBy: {
      file: `${test}/sequences.test.ts`,
      title: 'is no answer: all are asked about again, from the first',
    },
    why: 'Its callers hear nothing until their deadline.',
  },
  {
    name: 'a new batch takes an old number while they are to begin anew',
    file: `${src}/partition/partition.ts`,
    find: 'if (isRetry || this.#restart !== null) return false',
    replace: 'if (isRetry) return false',
    killedBy: {
      file: `${test}/partition.test.ts`,
      title:
        'once numbers are to begin anew no new batch takes an old one, whatever is acknowledged',
    },
    why: 'One more batch that is refused, and the partition never comes to rest.',
  },
  {
    name: 'OUT_OF_ORDER gives a new number to what may have been written',
    file: `${src}/partition/decide.ts`,
    find: "return maybeWritten && !impossible ? 'fail' : 'renumber'",
    replace: "return 'renumber'",
    killedBy: {
      file: `${test}/expiry.test.ts`,
      title: 'OUT_OF_ORDER behind a lost batch proves nothing',
    },
    why: 'A broker that was stopped and started refuses what it has written: a second copy.',
  },
  {
    name: "another leader's OK counts for what was refused before",
    file: `${src}/partition/pipelining.ts`,
    find: 'if (a.incarnation !== b.incarnation || a.leaderEpoch !== b.leaderEpoch) return false',
    replace: '',
    killedBy: {
      file: `${test}/sequences.test.ts`,
      title: 'the OK of one leader says nothing of a batch that another leader refused',
    },
    why: 'A leader without state takes any number: what came before is acknowledged and lost.',
  },
  {
    name: 'what was refused fails before those behind it were asked about',
    file: `${src}/partition/decide.ts`,
    find: "return verdict === 'fail' && progress.canAskBehind(batch) ? 'ask behind' : verdict",
    replace: 'return verdict',
    killedBy: {
      file: `${test}/sequences.test.ts`,
      title:
        'OUT_OF_ORDER for a batch that may be written waits for the answers to those behind it: an OK shows that all were written',
    },
    why: 'Records that are in the log are rejected after a rolling restart.',
  },
  {
    name: 'what may have been written fails though a number before it is missing',
    file: `${src}/partition/decide.ts`,
    find: 'judgeNumber(batch, progress, progress.isBehindMissing(batch))',
    replace: 'judgeNumber(batch, progress, false)',
    killedBy: {
      file: `${test}/sequences.test.ts`,
      title:
        'a batch without an answer, behind a rejected one, gets a new sequence only after the broker has refused its old one',
    },
    why: 'One bad record costs those behind it when the connection is lost.',
  },
  {
    name: 'a batch before the missing number counts as behind it',
    file: `${src}/partition/partition.ts`,
    find: 'return this.#missing !== null && isBefore(this.#missing, batch)',
    replace: 'return this.#missing !== null',
    killedBy: {
      file: `${test}/sequences.test.ts`,
      title:
        'a batch that may be written, before a rejected one, fails when its sequence is refused',
    },
    why: 'It may be in the log, and would be written twice.',
  },
  {
    name: 'OUT_OF_ORDER is a verdict for every batch',
    file: `${src}/partition/decide.ts`,
    find: "if (!progress.numbered.isFirst(batch)) return 'retry'\n",
    replace: '',
    killedBy: {
      file: `${test}/sequences.test.ts`,
      title: 'behind a batch that is sent again, OUT_OF_ORDER decides nothing',
    },
    why: 'One lost request makes the whole pipeline begin anew.',
  },
  {
    name: 'a stale producer id is kept',
    file: `${src}/produce/outcomes.ts`,
    find: "isStaleIdentity(code!) ? 'new id' : 'next epoch'",
    replace: "'next epoch'",
    killedBy: {
      file: `${test}/sequences.test.ts`,
      title: 'INVALID_PRODUCER_EPOCH makes the partition begin again under another producer id',
    },
    why: 'Another client that uses the id goes on refusing this one.',
  },
  {
    name: 'a gap is forgotten with any OK',
    file: `${src}/partition/partition.ts`,
    find: ' || (this.#gap !== null && isBefore(batch, this.#gap))) return',
    replace: ') return',
    killedBy: {
      file: `${test}/expiry.test.ts`,
      title: 'an OK for a batch before the lost one says nothing of the lost one',
    },
    why: 'Several go at once behind a number that may be missing.',
  },
]
