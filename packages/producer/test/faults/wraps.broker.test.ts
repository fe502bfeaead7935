import type { AccumulatorQueue } from '@sluice/accumulator'
import { produceApi } from '@sluice/protocol'
import { type AnswerFrame, answerBody, rewritten } from '@sluice/test-fault-proxy'
import { expect, test } from 'vitest'
import type { Producer, ProducerOptions } from '../../src/index.js'
import { nodeRuntime } from '../../src/runtime.js'
import { composed } from '../composed.js'
import { expectClean, faultyCluster, type FaultyCluster, once, values } from './faulty-cluster.js'
import { watchBatches } from './wire-batches.js'

/** A producer whose sender takes the first batch, which is one record, for this many. */
const afterRecords =
  (count: number) =>
  (options: ProducerOptions): Producer =>
    composed(options, nodeRuntime(options.logger), {
      queue: (queue) => lengthenFirstBatch(queue, count),
    })

function lengthenFirstBatch(queue: AccumulatorQueue, count: number): AccumulatorQueue {
  const drain = queue.drain.bind(queue)
  const settle = queue.settle.bind(queue)
  const setCount = (batch: object, to: number): unknown => Object.assign(batch, { count: to })
  let first: object | undefined
  queue.drain = (node, limits) => {
    const batches = drain(node, limits)
    if (first === undefined && batches.length > 0) setCount((first = batches[0]!), count)
    return batches
  }
  queue.settle = (batch, outcome) => {
    if (batch === first) setCount(batch, 1)
    settle(batch, outcome)
  }
  return queue
}

/** So many records are acknowledged, and the broker has forgotten them: its log is empty. */
async function clusterAfter(records: number): Promise<FaultyCluster> {
  const faulty = await faultyCluster({ create: afterRecords(records) })
  faulty.cluster.intercept(
    'Produce',
    ({ request }) => ({
      responses: request.topicData.map(({ name, topicId }) => ({
        name,
        topicId,
        partitionResponses: [{ index: 0, errorCode: 0, baseOffset: 0n }],
      })),
      throttleTimeMs: 0,
    }),
    { times: 1 },
  )
  await faulty.producer.send({ topic: 't', value: 'stands for all of them' })
  return faulty
}

test.each([
  ['between two batches', 2 ** 31 - 4, [2 ** 31 - 4, 0, 3]],
  ['in the middle of a batch', 2 ** 31 - 2, [2 ** 31 - 2, 2, 5]],
  ['behind the first record of a batch', 2 ** 31 - 1, [2 ** 31 - 1, 3, 6]],
])('F43: sequence 0 follows 2147483647, %s', async (_, records, sequences) => {
  await using faulty = await clusterAfter(records)
  const batches = watchBatches(faulty.cluster)
  await faulty.send(0, ...values(4, 'a'))
  await faulty.send(0, ...values(3, 'b'))
  await faulty.send(0, ...values(2, 'c'))
  // The broker takes a batch only where its sequence follows that of the one before.
  expectClean(faulty)
  expect(batches.map(({ sequence }) => sequence)).toEqual(sequences)
  expect(new Set(batches.map(({ epoch }) => epoch))).toEqual(new Set([0]))
})

test('F43: a batch across the end of the sequences that is sent again is known for the same, and so are those behind it', async () => {
  await using faulty = await clusterAfter(2 ** 31 - 2)
  const batches = watchBatches(faulty.cluster)
  faulty.proxy.onAnswer = once(produceApi, () => 'reset')
  const sends = [faulty.send(0, ...values(4, 'across'))]
  for (let turn = 0; turn < 5; turn++) {
    await new Promise(setImmediate)
    sends.push(faulty.send(0, `behind ${turn}`))
  }
  await Promise.all(sends)
  expectClean(faulty)
  const across = batches.filter(({ values: [first] }) => first === 'across0')
  expect(across.length).toBeGreaterThan(1)
  expect(new Set(across.map(({ sequence }) => sequence))).toEqual(new Set([2 ** 31 - 2]))
})

test('F43: an offset beyond 2^53 is told to the last digit', async () => {
  await using faulty = await faultyCluster()
  const ahead = 2n ** 60n + 1n
  faulty.proxy.onAnswer = (answer: AnswerFrame) => {
    if (answer.apiKey !== produceApi.key) return 'pass'
    const body = answerBody(produceApi, answer)
    const responses = body.responses.map((topic) => ({
      ...topic,
      partitionResponses: topic.partitionResponses.map((one) => ({
        ...one,
        baseOffset: one.baseOffset + ahead,
      })),
    }))
    return rewritten(produceApi, answer, { ...body, responses })
  }
  const told = await faulty.send(0, ...values(5))
  const log = faulty.cluster.records('t')
  expect(told.map(({ offset }) => offset)).toEqual(log.map(({ offset }) => offset + ahead))
  expect(JSON.parse(JSON.stringify(told[4]))).toMatchObject({ offset: '1152921504606846981' })
})
