import { sequencedBatch } from '../batches.js'
import type { Script } from './script.js'
import type { Side } from './side.js'

const highest = 2 ** 31 - 1

/** Epoch, first sequence, and how many records. */
type Sent = readonly [epoch: number, sequence: number, count?: number]

async function produceAll(side: Side, ...batches: Sent[]): Promise<unknown[]> {
  const answers = []
  for (const [epoch, sequence, count] of batches) {
    answers.push(await side.produce(await sequencedBatch(5n, epoch, sequence, count)))
  }
  return answers
}

/** How batches of one producer are judged by their epochs and sequences. */
export const idempotenceScripts: Script[] = [
  {
    title: 'a batch repeated at once',
    run: (side) => produceAll(side, [0, 0, 2], [0, 0, 2], [0, 2]),
  },
  {
    title: 'repetitions of each of the last five batches, and of older ones',
    run: (side) => {
      const sequences = Array.from({ length: 7 }, (_, index) => [0, index] as const)
      return produceAll(side, ...sequences, ...sequences, [0, 7], [0, 2], [0, 3])
    },
  },
  {
    title: 'gaps, and what fills them',
    run: (side) => produceAll(side, [0, 0], [0, 2], [0, 1], [0, 2], [0, 4, 3], [0, 3]),
  },
  {
    title: 'batches that overlap',
    run: (side) => produceAll(side, [0, 0, 4], [0, 0, 2], [0, 2, 2], [0, 2, 4], [0, 1], [0, 3, 2]),
  },
  { title: 'any first sequence', run: (side) => produceAll(side, [3, 4711], [3, 4712], [3, 0]) },
  {
    title: 'new epochs and old ones',
    run: (side) =>
      produceAll(side, [0, 0], [1, 1], [1, 0], [0, 1], [0, 0], [1, 1], [3, 0], [2, 0], [3, 1]),
  },
  {
    title: 'the last epoch, then the first',
    run: (side) => produceAll(side, [32_767, 0], [32_767, 1], [0, 0]),
  },
  {
    title: 'the wrap of sequences between batches',
    run: (side) => produceAll(side, [0, highest], [0, highest], [0, 0], [0, 0], [0, 1]),
  },
  {
    title: 'the wrap of sequences in a batch',
    run: (side) => produceAll(side, [0, highest - 1, 4], [0, highest - 1, 4], [0, 2], [0, 0]),
  },
  {
    title: 'no wrap where the numbers do not end',
    run: (side) => produceAll(side, [0, highest - 1], [0, 0], [0, highest]),
  },
  {
    title: 'producers beside each other, with and without an id',
    run: async (side) => [
      await side.produce(await sequencedBatch(5n, 0, 0)),
      await side.produce(await sequencedBatch(6n, 0, 9)),
      await side.produce(await sequencedBatch(-1n, -1, -1)),
      await side.produce(await sequencedBatch(6n, 0, 10)),
      await side.produce(await sequencedBatch(5n, 0, 10)),
    ],
  },
  {
    title: 'an id without a sequence or an epoch',
    run: async (side) => [
      await side.produce(await sequencedBatch(5n, 0, -1)),
      await side.produce(await sequencedBatch(5n, -1, 0)),
      await side.produce(await sequencedBatch(5n, -1, -1)),
    ],
  },
  {
    title: 'records deleted under a producer',
    run: async (side) => {
      const before = await produceAll(side, [0, 0, 2], [0, 2])
      await side.deleteRecords(3n)
      return [...before, ...(await produceAll(side, [0, 0, 2], [0, 2], [0, 4], [0, 3]))]
    },
  },
  {
    title: 'a topic created again under a producer',
    run: async (side) => {
      const old = await side.topicId()
      const batch = await sequencedBatch(5n, 0, 0)
      const first = await side.produce(batch, { topicId: old })
      await side.recreate()
      const topicId = await side.topicId()
      return [
        first,
        topicId === old,
        await side.produce(await sequencedBatch(5n, 0, 1), { topicId: old }),
        await side.produce(await sequencedBatch(5n, 0, 7), { topicId }),
      ]
    },
  },
]
