import type { CompressionCodec } from '@sluice/protocol'
import { describe, expect, it } from 'vitest'
import { createFront } from '../src/front.js'
import { noRoom } from '../src/index.js'
import { createQueue } from '../src/queue.js'
import { buffersInUse, TestAccumulator } from './test-accumulator.js'

const single = { batchRecords: 1 }
const text = 'compressible '.repeat(500)

function codecOf(compress: (input: Uint8Array) => unknown, id: unknown = 3): CompressionCodec {
  return {
    id,
    name: 'test',
    compress,
    decompress: (input: Uint8Array) => input,
  } as CompressionCodec
}

async function reactions(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

function refuse(): never {
  throw new Error('no answer')
}

function transfer({ buffer }: Uint8Array): void {
  structuredClone(null, { transfer: [buffer as ArrayBuffer] })
}

describe('a codec that', () => {
  const first = Uint8Array.of(1)
  const twice = Object.assign(new Promise(() => {}), {
    ['then' as string]: (resolve: (output: Uint8Array) => void, reject: (cause: Error) => void) => {
      resolve(first)
      resolve(Uint8Array.of(1, 2))
      reject(new Error('and fails'))
    },
  })
  it('answers twice settles the batch once, with its first answer', async () => {
    const accumulator = new TestAccumulator({ ...single, compression: codecOf(() => twice) })
    accumulator.append(accumulator.topic(), { value: text }, 'a')
    await reactions()
    await reactions()
    const [batch] = accumulator.drain()
    expect(batch!.payload).toEqual(first)
    accumulator.acknowledge(batch!)
    expect(accumulator.settled).toMatchObject([{ tag: 'a', error: null }])
    expect(accumulator.sent.filter(({ type }) => type === 'compressed')).toHaveLength(1)
  })

  const hostile: Record<string, unknown> = {
    'a cause that is nothing': undefined,
    'a cause that cannot be made text': Object.create(null),
    'a cause whose message throws': {
      get message(): never {
        throw new Error('no message')
      },
    },
    'a cause that is a proxy without answers': new Proxy(new Error('hidden'), {
      get: refuse,
      has: refuse,
      getPrototypeOf: refuse,
    }),
  }
  for (const [what, cause] of Object.entries(hostile)) {
    it(`throws ${what} fails its batch alone`, async () => {
      let fails = true
      const compress = (input: Uint8Array): Uint8Array => {
        if (!fails) return input
        fails = false
        throw cause
      }
      const accumulator = new TestAccumulator({ ...single, compression: codecOf(compress) })
      const topic = accumulator.topic()
      for (const tag of ['bad', 'good']) accumulator.append(topic, { value: text }, tag)
      await reactions()
      expect(accumulator.settled).toMatchObject([
        { tag: 'bad', error: { code: 'CODEC_FAILED', persisted: 'no' } },
      ])
      accumulator.acknowledgeAll()
      expect(accumulator.settled).toMatchObject([{ tag: 'bad' }, { tag: 'good', error: null }])
      expect(buffersInUse.bytes).toBe(0)
    })
  }

  for (const when of ['at once', 'later']) {
    it(`transfers the memory of its input and answers ${when} fails the batch, whose memory is counted as free`, async () => {
      let transfers = true
      const compress = (input: Uint8Array): unknown => {
        const output = new Uint8Array(input.byteLength >> 1)
        if (transfers) transfer(input)
        return when === 'at once' ? output : Promise.resolve(output)
      }
      const options = { bufferBytes: 65_536, batchBytes: 4_096, compression: codecOf(compress) }
      const accumulator = new TestAccumulator(options)
      const topic = accumulator.topic()
      // Together they would take more than all the memory, if it stayed charged.
      for (let round = 0; round < 20; round++) {
        expect(accumulator.append(topic, { value: 'v'.repeat(4_000) }, round)).not.toBe(noRoom)
        accumulator.ready()
        await reactions()
      }
      expect(accumulator.settled).toHaveLength(20)
      for (const { error } of accumulator.settled)
        expect(error).toMatchObject({ code: 'CODEC_FAILED', persisted: 'no' })
      expect(String(accumulator.settled[0]!.error!.cause)).toContain('transfer')
      expect([topic.batchBytes, accumulator.front.pending]).toEqual([4_096 - 61, false])
      transfers = false
      for (const tag of ['a', 'b']) accumulator.append(topic, { value: 'v'.repeat(1_000) }, tag)
      accumulator.runtime.endTurn()
      await reactions()
      expect(accumulator.drain()).toHaveLength(when === 'at once' ? 1 : 0)
      await reactions()
      accumulator.acknowledgeAll()
    })
  }

  it('never answers holds up its batch until its deadline, and nothing longer', () => {
    let answers = false
    const compress = (): unknown => (answers ? Uint8Array.of(1) : new Promise(() => {}))
    const options = { ...single, deliveryTimeoutMs: 1_000, compression: codecOf(compress) }
    const accumulator = new TestAccumulator(options)
    const topic = accumulator.topic()
    const deadline = accumulator.runtime.now() + 1_000
    accumulator.append(topic, { value: text }, 'late')
    expect(accumulator.ready()).toMatchObject({ nodes: new Set(), nextAt: deadline })
    answers = true
    accumulator.runtime.advance(500)
    accumulator.append(topic, { value: text }, 'next')
    expect(accumulator.drain()).toEqual([])
    for (const batch of accumulator.queue.take({ expiredAt: deadline }))
      accumulator.fail(batch, 'DELIVERY_TIMEOUT')
    expect(accumulator.settled).toMatchObject([{ tag: 'late' }])
    accumulator.acknowledgeAll()
    expect(accumulator.settled).toMatchObject([{ tag: 'late' }, { tag: 'next', error: null }])
  })

  it('changes its id later goes on under the first one', () => {
    let id = 3
    const compression = {
      ...codecOf(() => Uint8Array.of(1)),
      get id() {
        return id as 3
      },
    }
    const accumulator = new TestAccumulator({ ...single, compression })
    const topic = accumulator.topic()
    const ids = [4, 17].map((next) => {
      id = next
      accumulator.append(topic, { value: text })
      return accumulator.drain().map(({ codecId }) => codecId)
    })
    expect(ids).toEqual([[3], [3]])
  })

  for (const id of [0, 8, 17, '1'])
    it(`has the id ${id} is refused by both halves`, () => {
      const compression = codecOf((input) => input, id)
      const runtime = new TestAccumulator().runtime
      const refused = expect.objectContaining({ code: 'INVALID_OPTION' }) as Error
      expect(() => createFront({ compression, runtime, toQueue: () => {} })).toThrow(refused)
      expect(() => createQueue({ compression, toFront: () => {} })).toThrow(refused)
    })
})
