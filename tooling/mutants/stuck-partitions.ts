import type { Mutant } from './mutant.js'

/** Partitions that do not answer while others do. */
export const stuckPartitionMutants: readonly Mutant[] = [
  {
    name: 'a flush forgets the records of a sendMany whose partition is held back in their turn',
    file: 'packages/accumulator/src/front/waiting/waiting-groups.ts',
    find: 'partOf?.order ?? number',
    replace: 'number',
    killedBy: {
      file: 'packages/producer/test/intake/held-back-records.test.ts',
      title: 'is waited for by a flush while its records stand behind the others',
    },
    why: 'A program that exits after flush() loses records.',
  },
  {
    name: 'of many records that are parked together one batch goes on at a time',
    file: 'packages/accumulator/src/front/waiting/held-back.ts',
    find: 'if (placed !== false) continue',
    replace: 'if (placed === true) continue',
    killedBy: {
      file: 'packages/accumulator/test/stuck-partitions.test.ts',
      title: 'stands for many, and these go on together when its partition answers again',
    },
    why: 'After a stall the partition gets one small request for each round trip.',
  },
  {
    name: 'a busy partition is judged by its first batch, although others of it are acknowledged',
    file: 'packages/accumulator/src/front/memory/shares.ts',
    find: 'partition.inJudged !== null && partition.since === generation) return',
    replace: 'partition.inJudged !== null) return',
    killedBy: {
      file: 'packages/accumulator/test/lagging-partitions.test.ts',
      title:
        'is not held back as long as it is acknowledged now and then, however old its batches are',
    },
    why: 'With skewed keys the records of the hot partition wait and are copied, at twice the CPU.',
  },
  {
    name: 'a stuck partition that answers once gets all the memory again',
    file: 'packages/accumulator/src/front/memory/shares.ts',
    find: 'partition.stuck = this.#overtaking.isOvertaken(partition.oldestGeneration)',
    replace: 'partition.stuck = false',
    killedBy: {
      file: 'packages/accumulator/test/lagging-partitions.test.ts',
      title: 'must catch up once it was stuck',
    },
    why: 'A leader that answers now and then takes all the memory, and others are refused.',
  },
  {
    name: 'a record is refused for its share by what it has taken itself',
    file: 'packages/accumulator/src/front/memory/shares.ts',
    find: 'this.#memory.used - taken <',
    replace: 'this.#memory.used <',
    killedBy: {
      file: 'packages/accumulator/test/silent-leaders.test.ts',
      title:
        'gets memory below the share also for a record whose delivery alone reaches it, and so stops no line',
    },
    why: 'Afterwards memory does not look short, so the record stops the line for ever.',
  },
  {
    name: 'each partition of a silent leader is judged by itself',
    file: 'packages/accumulator/src/front/memory/shares.ts',
    find: 'if (this.#overtaking.isOvertaken(leader.answered)) leader.silent = true\n',
    replace: '',
    killedBy: {
      file: 'packages/accumulator/test/silent-leaders.test.ts',
      title: 'has all its partitions held back together, also those that hold nothing yet',
    },
    why: 'A hundred partitions take a batch each before the first is seen to be stuck.',
  },
  {
    name: 'a silent leader that holds nothing is not tried again',
    file: 'packages/accumulator/src/front/memory/shares.ts',
    find: '    if (leader.silent && leader.batches === 0) this.announce()\n',
    replace: '',
    killedBy: {
      file: 'packages/accumulator/test/silent-leaders.test.ts',
      title:
        'gets one batch to try it by, for the record that has waited longest, once it holds nothing',
    },
    why: 'Records of other partitions of the leader fail although it is back.',
  },
  {
    name: 'a leader that answers again lets in only the partition that it answered for',
    file: 'packages/accumulator/src/front/memory/shares.ts',
    find: '    if (leader.silent) this.announce()\n',
    replace: '',
    killedBy: {
      file: 'packages/accumulator/test/silent-leaders.test.ts',
      title: 'has them all let in when it acknowledges one batch',
    },
    why: 'Records that wait for the other partitions fail although the leader is back.',
  },
  {
    name: 'only the buffers of acknowledged batches tell that others are overtaken',
    file: 'packages/accumulator/src/front/batches/unsettled-batches.ts',
    find: 'heldBytes + bufferBytes)',
    replace: 'bufferBytes)',
    killedBy: {
      file: 'packages/accumulator/test/silent-leaders.test.ts',
      title: 'leaves memory to others, also with empty records whose deliveries hold 448 bytes',
    },
    why: 'With tiny records partitions that do not answer fill the memory before they are noticed.',
  },
  {
    name: 'a stuck partition fills its open batch without asking',
    file: 'packages/accumulator/src/front/batches/front-batch.ts',
    find: '    this.openBatch?.updateFreeBytes()\n',
    replace: '',
    killedBy: {
      file: 'packages/accumulator/test/silent-leaders.test.ts',
      title:
        'asks for each record, although its batch, open while it becomes stuck, has room for more',
    },
    why: 'A thousand tiny records of one batch hold far more than its bytes.',
  },
  {
    name: 'a record that is held back as it is sent gets a partition again in its turn',
    file: 'packages/producer/src/intake/intake.ts',
    find: '    if (!isHeldBack(pending)) pending.partition',
    replace: '    pending.partition',
    killedBy: {
      file: 'packages/producer/test/intake/held-back-partitions.test.ts',
      title: 'keeps the partition by which it is held back as it is sent',
    },
    why: 'A partitioner that remembers, such as round robin, sends the record past others of its key.',
  },
  {
    name: 'a record that is held back in its turn gets a partition again in the next',
    file: 'packages/accumulator/src/front/waiting/records/copied-records.ts',
    find: '    if (partition >= 0) record.partition = partition\n',
    replace: '',
    killedBy: {
      file: 'packages/producer/test/intake/held-back-partitions.test.ts',
      title: 'keeps the partition by which it is held back in its turn in the line',
    },
    why: 'The record is appended to a partition whose later records are in their batches already.',
  },
  {
    name: 'a record of a sendMany that is held back gets a partition again in its turn',
    file: 'packages/producer/src/intake/rest-of-many.ts',
    find: '    if (this.#partition >= 0) this.#pending.givenPartition = this.#partition\n',
    replace: '',
    killedBy: {
      file: 'packages/producer/test/intake/held-back-partitions.test.ts',
      title: 'keeps the partition by which it is held back, also uncopied in a sendMany',
    },
    why: 'The records of one key go to two partitions.',
  },
  {
    name: 'uncopied records of a sendMany join those before them past copied ones',
    file: 'packages/producer/src/intake/held-back-rests.ts',
    find: '    this.#open.delete(topic)\n',
    replace: '',
    killedBy: {
      file: 'packages/producer/test/intake/held-back-later.test.ts',
      title:
        'records of a sendMany that wait uncopied behind copied ones do not overtake these where both are held back',
    },
    why: 'Order within the partition is lost.',
  },
]
