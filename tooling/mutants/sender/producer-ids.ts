import type { Mutant } from '../mutant.js'

const epochs = 'packages/sender/src/producer-id/idempotent-epochs.ts'
const manager = 'packages/sender/src/producer-id/producer-id-manager.ts'
const partitions = 'packages/sender/test/partition.test.ts'
const producerId = 'packages/sender/test/producer-identity.test.ts'

/** Where producer ids and epochs come from. */
export const producerIdMutants: readonly Mutant[] = [
  {
    name: 'the epoch goes on after 32767',
    file: epochs,
    find: 'epoch < lastEpoch',
    replace: 'epoch <= lastEpoch',
    killedBy: {
      file: partitions,
      title: 'after epoch 32767 comes epoch 0 of another producer id',
    },
    why: 'The epoch turns negative on the wire, and no broker accepts it.',
  },
  {
    name: 'a used up producer id is given out again',
    file: epochs,
    find: '    this.#producerId.renew(id)\n',
    replace: '',
    killedBy: {
      file: partitions,
      title: 'after epoch 32767 comes epoch 0 of another producer id',
    },
    why: 'The partition goes back to epoch 0 of the same id, and every broker rejects that.',
  },
  {
    name: 'a stale producer id is kept',
    file: epochs,
    find: "return isOfAnotherId.has(code) ? 'newId' : 'nextEpoch'",
    replace: "return 'nextEpoch'",
    killedBy: {
      file: 'packages/sender/test/sequences.test.ts',
      title:
        'INVALID_PRODUCER_EPOCH makes the partition begin again under another producer id, and other partitions keep theirs meanwhile',
    },
    why: 'Another client that uses the producer id goes on fencing this one.',
  },
  {
    name: 'a partition begins with an epoch that a forgotten one has used',
    file: epochs,
    find: 'given.epoch > retired.epoch',
    replace: 'given.epoch >= retired.epoch',
    killedBy: {
      file: partitions,
      title: 'a topic that is forgotten begins with a higher epoch',
    },
    why: 'A broker that still has the log takes new records for duplicates of old ones: they are acknowledged and lost.',
  },
  {
    name: 'a lower epoch that is retired later counts for more than a higher one',
    file: epochs,
    find: 'if (used.id !== retired.id || used.epoch > retired.epoch) this.#retired = used',
    replace: 'this.#retired = used',
    killedBy: {
      file: 'packages/sender/test/epoch-bumps.test.ts',
      title: 'a partition begins above every epoch that was retired, whatever the order',
    },
    why: 'A broker takes new records for duplicates of old ones: they are acknowledged and lost.',
  },
  {
    name: 'the epoch of a former producer id is retired',
    file: epochs,
    find: '    if (!this.#producerId.isCurrent(used.id)) return true\n',
    replace: '',
    killedBy: {
      file: partitions,
      title:
        'a partition that is forgotten under a former producer id does not change what others begin with',
    },
    why: 'The retired epoch of the present id is forgotten, and a broker takes new records for duplicates of old ones.',
  },
  {
    name: 'the epoch that came with the producer id is not used',
    file: manager,
    find: '{ id: producerId, epoch: producerEpoch }',
    replace: '{ id: producerId, epoch: 0 }',
    killedBy: {
      file: producerId,
      title: 'sequences begin under the epoch that came with the producer id',
    },
    why: 'A broker that knows a later epoch of the id rejects every batch.',
  },
  {
    name: 'an epoch below 0 counts as an answer to InitProducerId',
    file: manager,
    find: 'producerId < 0n || producerEpoch < 0',
    replace: 'producerId < 0n',
    killedBy: {
      file: producerId,
      title: 'a producer id or epoch below 0 counts as none, and the sender asks again',
    },
    why: 'Batches go without protection against duplicates.',
  },
  {
    name: 'the producer id is asked for twice at once',
    file: manager,
    find: '    this.#asking = true\n',
    replace: '',
    killedBy: { file: producerId, title: 'the producer id is asked for once at a time' },
    why: 'The producer gets two ids, and partitions change to the second in the middle of their sequences.',
  },
  {
    name: 'a producer id is asked for again after a refusal though no batch waits for it',
    file: manager,
    find: "need === 'now' || (need === 'soon' && this.#attempts === 0)",
    replace: "need === 'now' || need === 'soon'",
    killedBy: {
      file: producerId,
      title: 'after a refused producer id the sender asks no more until there is a record again',
    },
    why: 'An idle producer without the right to write asks the cluster every second.',
  },
  {
    name: 'a producer id is dropped though another one has replaced it',
    file: manager,
    find: 'if (this.isCurrent(used)) this.#current = null',
    replace: 'this.#current = null',
    killedBy: {
      file: producerId,
      title: 'an id that has been replaced already is not replaced again',
    },
    why: 'Each partition that had the old id asks for one more id, and its batches wait for it.',
  },
  {
    name: 'a refusal for good to give a producer id is not told',
    file: manager,
    find: '    if (!error.retriable) this.#refusal = error\n',
    replace: '',
    killedBy: {
      file: producerId,
      title:
        'a refused producer id fails the batches that wait for it, sealed or not, with its cause',
    },
    why: 'Records without the right to be written fail only at their delivery time-out.',
  },
]
