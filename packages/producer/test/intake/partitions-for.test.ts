import type { ToFront } from '@sluice/accumulator'
import { createFront } from '@sluice/accumulator/front'
import { uniformStickyPartitioner } from '@sluice/partitioner'
import type { KafkaError } from '@sluice/protocol'
import { manualClock } from '@sluice/protocol/testing'
import { expect, test } from 'vitest'
import { composeProducer } from '../../src/compose.js'
import type { Producer } from '../../src/index.js'
import { silentSendingHalf } from './silent-sending-half.js'

const bufferBytes = 65_536
const maxBlockMs = 500

interface Asked {
  readonly producer: Producer
  readonly clock: ReturnType<typeof manualClock>
  /** The cluster tells of the topic. */
  learn(partitionCount: number, error?: KafkaError['code'] | null): void
}

/** A producer whose cluster answers when the test says so. */
function unanswered(): Asked {
  const clock = manualClock()
  let toFront: (message: ToFront) => void = () => {}
  const start = (to: typeof toFront): void => void (toFront = to)
  const sendingHalf = { ...silentSendingHalf, start }
  const runtime = Object.assign(clock, { random: () => 0.5 })
  const front = createFront({ bufferBytes, maxBlockMs, runtime, toQueue: () => {} })
  const partitioner = uniformStickyPartitioner()
  const stages = { partitioner, front, sendingHalf }
  const producer = composeProducer(stages, {
    maxRequestBytes: 1_048_576,
    runtime,
    onDeliveryError: () => {},
  })
  const broker = { leader: 0, leaderEpoch: 0, replicas: [0], inSyncReplicas: [0] }
  const learn: Asked['learn'] = (partitionCount, error = null) => {
    const partitions = Array.from({ length: partitionCount }, (_, partition) => ({
      topic: 't',
      partition,
      ...broker,
    }))
    toFront({
      type: 'metadata',
      topics: [{ name: 't', id: 'id', error, partitions }],
      failure: null,
    })
  }
  return { producer, clock, learn }
}

/** How the question ends, once it does. */
function endOf(asked: Promise<readonly unknown[]>): { end: unknown } {
  const watched: { end: unknown } = { end: 'waits' }
  asked.then(
    (partitions) => (watched.end = partitions.length),
    ({ code }: KafkaError) => (watched.end = code),
  )
  return watched
}

async function reactions(): Promise<void> {
  for (let times = 0; times < 20; times++) await Promise.resolve()
}

test('partitionsFor is answered at once when the metadata comes, though records fill the memory and the line', async () => {
  const { producer, learn } = unanswered()
  for (let times = 0; times < 200; times++)
    producer.enqueue({ topic: 't', value: Buffer.alloc(1_000) })
  const asked = endOf(producer.partitionsFor('t'))
  await reactions()
  expect(asked.end).toBe('waits')
  learn(3)
  await reactions()
  expect(asked.end).toBe(3)
  const again = endOf(producer.partitionsFor('t'))
  await reactions()
  expect(again.end).toBe(3)
})

test('flush and close do not wait for partitionsFor, and close refuses the question', async () => {
  const { producer, clock } = unanswered()
  const asked = endOf(producer.partitionsFor('t'))
  await producer.flush()
  expect(asked.end).toBe('waits')
  const closed = producer.close()
  await reactions()
  clock.advance(0)
  await closed
  expect(asked.end).toBe('PRODUCER_CLOSED')
})

test('partitionsFor fails with METADATA_TIMEOUT after maxBlockMs, and with the error of a topic that the cluster refuses', async () => {
  const { producer, clock, learn } = unanswered()
  const first = endOf(producer.partitionsFor('t'))
  clock.advance(maxBlockMs - 1)
  const second = endOf(producer.partitionsFor('t'))
  await reactions()
  expect(first.end).toBe('waits')
  clock.advance(1)
  await reactions()
  expect([first.end, second.end]).toEqual(['METADATA_TIMEOUT', 'waits'])
  learn(0, 'TOPIC_AUTHORIZATION_FAILED')
  await reactions()
  expect(second.end).toBe('TOPIC_AUTHORIZATION_FAILED')
  const third = endOf(producer.partitionsFor('t'))
  await reactions()
  expect(third.end).toBe('TOPIC_AUTHORIZATION_FAILED')
})
