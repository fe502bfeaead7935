import type { MetricsOptions, ProducerMetrics } from '@sluice/producer'
import { expect, test } from 'vitest'
import { QueueSums, shownPartitions } from '../src/model/queues.js'
import { PacedQueues } from '../src/watch/paced-queues.js'
import { metricsOf, queueOf, StubProducer } from './stub-producer.js'

/** A producer that needs some time to tell its queues. */
class SlowProducer extends StubProducer {
  at = 0
  readonly asked: number[] = []
  readonly #ms: number

  constructor(ms: number) {
    super()
    this.#ms = ms
  }

  override metrics(options?: MetricsOptions): ProducerMetrics {
    if (options?.queues !== true) return metricsOf({ recordAckTotal: this.at })
    this.asked.push(this.at)
    this.at += this.#ms
    return metricsOf({ queues: [queueOf(this.asked.length)] })
  }
}

function asksIn(everyMs: number, untilMs: number, ms: number): SlowProducer {
  const producer = new SlowProducer(ms)
  const figures = new PacedQueues(producer, { now: () => producer.at })
  for (let at = 0; at < untilMs; at += everyMs) {
    producer.at = at
    figures.read()
  }
  return producer
}

test('queues that take 5 ms to tell are read twice a second, those that take none each time', () => {
  expect(asksIn(200, 2_000, 5).asked).toEqual([0, 600, 1_200, 1_800])
  expect(asksIn(200, 1_000, 0).asked).toEqual([0, 200, 400, 600, 800])
})

test('in between the other figures are new, and the queues those of the last time', () => {
  const producer = new SlowProducer(5)
  const figures = new PacedQueues(producer, { now: () => producer.at })
  figures.read()
  producer.at = 400
  const { recordAckTotal, queues } = figures.read()
  expect([recordAckTotal, queues?.map(({ leader }) => leader)]).toEqual([400, [1]])
})

test('of many partitions the fullest are shown in their order, and the leaders have the sums of all', () => {
  const partitions = Array.from({ length: 1_000 }, (_, partition) =>
    queueOf(partition % 3, {
      partition,
      bytes: (partition * 7_919) % 997,
      records: 1,
      oldestMs: partition,
    }),
  )
  const { fullest, leaders } = new QueueSums().of(partitions)
  expect(fullest).toEqual(
    partitions.toSorted((a, b) => b.bytes - a.bytes).slice(0, shownPartitions),
  )
  expect(leaders.map(({ leader, records, oldestMs }) => [leader, records, oldestMs])).toEqual([
    [0, 334, 999],
    [1, 333, 997],
    [2, 333, 998],
  ])
})
