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
]
