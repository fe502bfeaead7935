import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createFront } from '@sluice/accumulator/front'
import { uniformStickyPartitioner } from '@sluice/partitioner'
import type { KafkaError } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { composeProducer } from '../../src/compose.js'
import type { Producer } from '../../src/index.js'
import { nodeRuntime } from '../../src/runtime.js'
import { silentSendingHalf } from './silent-sending-half.js'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const bufferBytes = 33_554_432
const topic = 't'
const signals = Array.from({ length: 18_500 }, () => new AbortController().signal)
let used = 0
const oneSignal = new AbortController().signal

/** A producer whose cluster never answers: all its records wait for metadata. */
function withoutAnswer(): Producer {
  const runtime = nodeRuntime()
  const front = createFront({ bufferBytes, runtime, toQueue: () => {} })
  return composeProducer(
    { partitioner: uniformStickyPartitioner(), front, sendingHalf: silentSendingHalf },
    { maxRequestBytes: 1_048_576, runtime, onDeliveryError: () => {} },
  )
}

function memoryInUse(): number {
  for (let times = 0; times < 3; times++) collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

type Send = (producer: Producer) => Promise<unknown>

// How many of them fit is what they are charged; that they need no more memory is what they cost.
test.each<[string, number, Send]>([
  [
    'text of 100 bytes',
    100_000,
    (p) => p.send({ topic, value: 'x'.repeat(99) + Math.floor(10 * Math.random()) }),
  ],
  ['Buffers of 100 bytes', 100_000, (p) => p.send({ topic, value: Buffer.alloc(100) })],
  [
    'keys and values in Buffers',
    98_000,
    (p) => p.send({ topic, key: Buffer.alloc(10), value: Buffer.alloc(95) }),
  ],
  [
    'small Buffers in headers',
    80_000,
    (p) =>
      p.send({
        topic,
        value: null,
        headers: ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [name, Buffer.alloc(16)] as const),
      }),
  ],
  ['tombstones', 150_000, (p) => p.send({ topic, value: null })],
  ['records of 10 kB', 3_000, (p) => p.send({ topic, value: Buffer.alloc(10_000) })],
  [
    'records with a signal each',
    18_500,
    (p) => p.send({ topic, value: Buffer.alloc(100) }, { signal: signals[used++ % 18_500]! }),
  ],
  [
    'records with one signal',
    18_500,
    (p) => p.send({ topic, value: Buffer.alloc(100) }, { signal: oneSignal }),
  ],
])(
  '%s that wait fit, %i of them, and hold no more memory than bufferBytes',
  async (_, count, send) => {
    const producer = withoutAnswer()
    const sends = new Array<Promise<unknown>>(count)
    const before = memoryInUse()
    for (let at = 0; at < count; at++) sends[at] = send(producer)
    const growth = memoryInUse() - before
    const outcomes = Promise.allSettled(sends)
    await producer.close({ timeoutMs: 0 })
    const codes = (await outcomes).map((end) =>
      end.status === 'rejected' ? (end.reason as KafkaError).code : 'sent',
    )
    expect(new Set(codes)).toEqual(new Set(['PRODUCER_CLOSED']))
    expect(growth).toBeLessThan(bufferBytes)
  },
)
