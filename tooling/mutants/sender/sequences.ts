import type { Mutant } from '../mutant.js'

const partition = 'packages/sender/src/partition/partition.ts'
const window = 'packages/sender/src/partition/sequence-window.ts'
const queries = 'packages/sender/src/partition/queries.ts'
const partitions = 'packages/sender/test/partition.test.ts'
const sequences = 'packages/sender/test/sequences.test.ts'
const epochBumps = 'packages/sender/test/epoch-bumps.test.ts'

/** The sequences of a partition, and its epoch bumps. */
export const sequenceMutants: readonly Mutant[] = [
  {
    name: 'a batch gets a new sequence with each attempt',
    file: partition,
    find: 'if (sent.sequence < 0 && this.#hasSequences) this.#assignSequence(sent)',
    replace: 'if (this.#hasSequences) this.#assignSequence(sent)',
    killedBy: {
      file: 'packages/sender/test/retries.test.ts',
      title: 'a retry has the same bytes, header included',
    },
    why: 'The broker does not know the batch again and writes it twice.',
  },
  {
    name: 'sequences count batches',
    file: partition,
    find: 'nextSequence(this.#nextSequence, sent.batch.count)',
    replace: 'nextSequence(this.#nextSequence, 1)',
    killedBy: {
      file: 'packages/sender/test/gate.test.ts',
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
      file: partitions,
      title: 'sequences count records, and 0 follows 2147483647 in the middle of a batch too',
    },
    why: 'After two thousand million records a partition can send nothing more.',
  },
  {
    name: 'without idempotence batches have sequences',
    file: partition,
    find: 'return this.#producer !== null && this.#producer.id >= 0n',
    replace: 'return this.#producer !== null',
    killedBy: {
      file: 'packages/sender/test/send-loop.test.ts',
      title: 'acks 1 carries no producer id',
    },
    why: 'Brokers check no sequence without a producer id, but the gate opens: a batch that is sent again comes behind later ones.',
  },
  {
    name: 'a partition takes the newest producer id with each batch',
    file: partition,
    find: 'this.#producer ??= initial',
    replace: 'this.#producer = initial ?? this.#producer',
    killedBy: {
      file: partitions,
      title: 'a partition that has a producer id keeps it though there is a newer one',
    },
    why: 'The sequences go on under an id that the broker does not know, and it rejects them as out of order.',
  },
  {
    name: 'after a batch that is surely absent the sequences go on',
    file: partition,
    find: "    if (isAbsent) this.#epochBump ??= 'nextEpoch'\n",
    replace: '',
    killedBy: {
      file: partitions,
      title:
        'after a batch was given up that is surely absent, the rest get new sequences once nothing is in flight',
    },
    why: 'Every batch behind it is rejected as out of order, one by one.',
  },
  {
    name: 'a batch that was given up turns a new producer id into the next epoch',
    file: partition,
    find: "if (isAbsent) this.#epochBump ??= 'nextEpoch'",
    replace: "if (isAbsent) this.#epochBump = 'nextEpoch'",
    killedBy: {
      file: epochBumps,
      title:
        'a partition that needs another producer id waits for it, whatever comes: a batch is given up',
    },
    why: 'Another client that uses the producer id goes on fencing this one.',
  },
  {
    name: 'a second refusal turns a new producer id into the next epoch',
    file: partition,
    find: "if (this.#epochBump !== 'newId') this.#epochBump = bump",
    replace: 'this.#epochBump = bump',
    killedBy: {
      file: epochBumps,
      title:
        'a partition that needs another producer id waits for it, whatever comes: another sequence is refused',
    },
    why: 'Another client that uses the producer id goes on fencing this one.',
  },
  {
    name: 'the epoch is bumped while a batch may have been written',
    file: queries,
    find: 'if (isOpen(entry) && (isUnresolved(window, entry) || isOvertaken(window, entry))) return false',
    replace: 'if (isOpen(entry) && isOvertaken(window, entry)) return false',
    killedBy: {
      file: partitions,
      title: 'while a batch may have been written the epoch is not bumped',
    },
    why: 'Under a new epoch the broker writes the batch a second time.',
  },
  {
    name: 'the epoch is bumped while a batch is overtaken',
    file: queries,
    find: 'if (isOpen(entry) && (isUnresolved(window, entry) || isOvertaken(window, entry))) return false',
    replace: 'if (isOpen(entry) && isUnresolved(window, entry)) return false',
    killedBy: {
      file: 'packages/sender/test/sequence-window.test.ts',
      title: 'no new sequences are given while a batch is overtaken',
    },
    why: 'Under a new epoch the batch is written behind the later one.',
  },
  {
    name: 'the epoch is bumped while batches are in flight',
    file: queries,
    find: "if (entry.fate === 'inFlight' || entry.fate === 'awaitingProbe') return false",
    replace: "if (entry.fate === 'awaitingProbe') return false",
    killedBy: {
      file: partitions,
      title:
        'after a batch was given up that is surely absent, the rest get new sequences once nothing is in flight',
    },
    why: 'A batch that the broker is writing gets a second sequence, and is written twice.',
  },
  {
    name: 'the epoch is bumped while a batch awaits a probe',
    file: queries,
    find: "if (entry.fate === 'inFlight' || entry.fate === 'awaitingProbe') return false",
    replace: "if (entry.fate === 'inFlight') return false",
    killedBy: {
      file: 'packages/sender/test/probes.test.ts',
      title: 'no epoch is bumped while a batch awaits a probe',
    },
    why: 'The batch keeps a sequence of the epoch before, which every broker rejects from then on.',
  },
  {
    name: 'a batch that is being decided on loses its sequence to an epoch bump',
    file: 'packages/sender/src/produce/outcomes.ts',
    find: '    window.answered(sent)\n',
    replace: '    window.answered(sent)\n    partition.bumpEpochIfDue()\n',
    killedBy: {
      file: sequences,
      title: 'the batches behind a rejected one go on under the next epoch, in order',
    },
    why: 'A batch that was rejected only because an earlier one is missing fails, though it would be sent again.',
  },
  {
    name: 'the epoch is bumped more than once',
    file: partition,
    find: 'this.#epochBump)\n    this.#nextSequence = 0\n    this.#epochBump = null\n',
    replace: 'this.#epochBump)\n    this.#nextSequence = 0\n',
    killedBy: {
      file: sequences,
      title: 'the batches behind a rejected one go on under the next epoch, in order',
    },
    why: 'Each batch takes an epoch of its own and is sent alone, and after 32767 batches the producer id is used up.',
  },
  {
    name: 'the sequences go on under the next epoch',
    file: partition,
    find: 'this.#epochBump)\n    this.#nextSequence = 0\n    this.#epochBump = null\n',
    replace: 'this.#epochBump)\n    this.#epochBump = null\n',
    killedBy: {
      file: partitions,
      title:
        'after a batch was given up that is surely absent, the rest get new sequences once nothing is in flight',
    },
    why: 'A broker accepts only sequence 0 as the first of an epoch, and rejects everything else as out of order.',
  },
  {
    name: 'the gate stays open when the epoch is bumped',
    file: partition,
    find: '    this.#gate.close()\n    this.#producer = this.#epochs.next',
    replace: '    this.#producer = this.#epochs.next',
    killedBy: {
      file: epochBumps,
      title: 'the first batch of an epoch goes alone',
    },
    why: 'A broker may reject the first batch of the epoch and write the second.',
  },
  {
    name: 'a new batch takes an old sequence while an epoch bump is due',
    file: partition,
    find: 'if (this.#epochBump !== null || !this.#gate.isOpenFor(attempt)) return false',
    replace: 'if (!this.#gate.isOpenFor(attempt)) return false',
    killedBy: {
      file: partitions,
      title:
        'while an epoch bump is due no new batch takes an old sequence, whatever is acknowledged',
    },
    why: 'One more batch is rejected, and the moment for the epoch bump never comes.',
  },
  {
    name: 'with new sequences a batch keeps its old one',
    file: window,
    find: '      sent.sequence = -1\n',
    replace: '',
    killedBy: {
      file: partitions,
      title:
        'after a batch was given up that is surely absent, the rest get new sequences once nothing is in flight',
    },
    why: 'Its sequence is not the next one of the new epoch, and no broker accepts it.',
  },
]
