import { type CompressionCodec, KafkaError } from '@sluice/protocol'
import { gzip } from '@sluice/protocol/gzip'
import { describe, expect, it } from 'vitest'
import { recordsOf, valuesOf } from '../src/testing/stand/read-batch.js'
import { TestAccumulator, type TestSetting, TestWaiter, wait } from './test-accumulator.js'

const single = { batchRecords: 1 }
const text = 'compressible '.repeat(500)

type Compress = CompressionCodec['compress']

function codecOf(compress: Compress): CompressionCodec {
  return { id: 3, name: 'test', compress, decompress: (input) => input }
}

/** A codec that answers when told to. */
function slowCodec() {
  const answers: { resolve: (output: Uint8Array) => void; reject: (cause: Error) => void }[] = []
  const codec = codecOf(
    () => new Promise<Uint8Array>((resolve, reject) => answers.push({ resolve, reject })),
  )
  return { codec, answers }
}

async function reactions(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

describe('compression', () => {
  it('sends the codec’s output and its id, which read back as the records', async () => {
    const codec = gzip()
    const accumulator = new TestAccumulator({ ...single, compression: codec })
    accumulator.append(accumulator.topic(), { key: 'k', value: text })
    const [batch] = accumulator.drain()
    expect(batch!.codecId).toBe(1)
    expect(batch!.payload.byteLength).toBeLessThan(text.length / 10)
    const records = recordsOf(batch!, await codec.decompress(batch!.payload, 100_000))
    expect(records).toMatchObject([{ key: 'k', value: text }])
  })

  it('compresses each part of a batch that was split, from its records', async () => {
    const codec = gzip()
    const accumulator = new TestAccumulator({ batchRecords: 4, compression: codec })
    const topic = accumulator.topic()
    for (const name of ['a', 'b', 'c', 'd']) accumulator.append(topic, { key: name, value: text })
    accumulator.queue.split(accumulator.drain()[0]!)
    const parts = accumulator.drainAll()
    const keys = parts.map(async (part) => {
      expect(part.codecId).toBe(1)
      const records = recordsOf(part, await codec.decompress(part.payload, 100_000))
      return records.map(({ key }) => key)
    })
    expect(await Promise.all(keys)).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ])
  })

  it('compresses what is left of a batch of which records were refused', async () => {
    const codec = gzip()
    const accumulator = new TestAccumulator({ batchRecords: 3, compression: codec })
    const topic = accumulator.topic()
    for (const name of ['a', 'b', 'c']) accumulator.append(topic, { key: name, value: text })
    const error = new KafkaError('INVALID_RECORD', 'told by the test')
    accumulator.queue.exclude(accumulator.drain()[0]!, [{ index: 0, error }], 0, 0)
    const [rest] = accumulator.drain()
    expect(rest!.codecId).toBe(1)
    const records = recordsOf(rest!, await codec.decompress(rest!.payload, 100_000))
    expect(records.map(({ key }) => key)).toEqual(['b', 'c'])
  })

  it('sends records plain when the output is not smaller', () => {
    for (const difference of [0, 1]) {
      const codec = codecOf((input) => new Uint8Array(input.byteLength + difference))
      const accumulator = new TestAccumulator({ ...single, compression: codec })
      accumulator.append(accumulator.topic(), { value: 'a' })
      const [batch] = accumulator.drain()
      expect(batch!.codecId).toBe(0)
      expect(valuesOf([batch!])).toEqual([['a']])
    }
  })

  it('by a codec that answers later keeps the order of its partition and holds up no other', async () => {
    const { codec, answers } = slowCodec()
    const accumulator = new TestAccumulator({ ...single, compression: codec })
    const topic = accumulator.topic()
    accumulator.append(topic, { value: text })
    accumulator.append(topic, { value: text })
    accumulator.append(topic, { partition: 1, value: text })
    expect(accumulator.ready().nodes.size).toBe(0)
    let works = 0
    accumulator.queue.onWork(() => works++)
    answers[1]!.resolve(new Uint8Array(20))
    answers[2]!.resolve(new Uint8Array(30))
    await reactions()
    expect(works).toBe(2)
    const sizes = (): number[] => accumulator.drain().map(({ payload }) => payload.byteLength)
    expect(sizes()).toEqual([30])
    answers[0]!.resolve(new Uint8Array(10))
    await reactions()
    expect([sizes(), sizes(), sizes()]).toEqual([[10], [20], []])
  })

  it('waits for a codec even when the batch was wanted a moment ago', async () => {
    const { codec, answers } = slowCodec()
    const accumulator = new TestAccumulator({ compression: codec })
    accumulator.append(accumulator.topic(), { value: text })
    accumulator.runtime.endTurn()
    expect(accumulator.drain()).toEqual([])
    answers[0]!.resolve(new Uint8Array(10))
    await reactions()
    expect(accumulator.drain()).toHaveLength(1)
  })

  const failing: Record<string, Compress> = {
    throws: () => {
      throw new Error('no memory')
    },
    rejects: () => Promise.reject(new Error('no memory')),
  }
  for (const [how, compress] of Object.entries(failing)) {
    it(`by a codec that ${how} fails the batch with CODEC_FAILED and frees its memory`, async () => {
      const codec = codecOf(compress)
      const options = { bufferBytes: 98_304, lingerMs: 5, compression: codec }
      const accumulator = new TestAccumulator(options)
      const topic = accumulator.topic()
      const value = Buffer.alloc(10_000)
      for (const tag of ['a', 'b']) accumulator.append(topic, { value }, tag)
      const waiter = new TestWaiter(30_000, () =>
        accumulator.append(topic, { value: Buffer.alloc(30_000) }),
      )
      wait(topic, waiter)
      accumulator.runtime.advance(5)
      expect(accumulator.drain()).toEqual([])
      // Not in the middle of whatever sealed the batch.
      expect(accumulator.settled).toEqual([])
      await reactions()
      expect(accumulator.tags).toEqual(['a', 'b'])
      const { error } = accumulator.settled[0]!
      expect(error).toMatchObject({ code: 'CODEC_FAILED', persisted: 'no', topic: 'orders' })
      expect(error).toMatchObject({ partition: 0, cause: { message: 'no memory' } })
      expect(error!.message).toContain('test failed on a batch of 2 records')
      expect(waiter.state).toBe('appended')
    })
  }

  it('by a codec that gives no bytes fails the batch, now or later', async () => {
    const wrong = [undefined, Promise.resolve('text')] as unknown as Uint8Array[]
    for (const output of wrong) {
      const accumulator = new TestAccumulator({ ...single, compression: codecOf(() => output) })
      accumulator.append(accumulator.topic(), { value: 'a' })
      await reactions()
      expect(accumulator.settled).toMatchObject([{ error: { code: 'CODEC_FAILED' } }])
    }
  })

  it('that ends after its batch has expired changes nothing', async () => {
    for (const end of ['resolve', 'reject'] as const) {
      const { codec, answers } = slowCodec()
      const accumulator = new TestAccumulator({ ...single, compression: codec })
      accumulator.append(accumulator.topic(), { value: text }, 'a')
      accumulator.ready()
      const [batch] = accumulator.queue.take({ expiredAt: Infinity })
      accumulator.fail(batch!, 'DELIVERY_TIMEOUT')
      const answer = new Uint8Array(1) as Uint8Array & Error
      answers[0]![end](answer)
      await reactions()
      expect(accumulator.settled).toMatchObject([{ tag: 'a', error: { code: 'DELIVERY_TIMEOUT' } }])
      expect(accumulator.sent.filter(({ type }) => type === 'released')).toHaveLength(1)
      expect(accumulator.drain()).toEqual([])
      expect(accumulator.front.pending).toBe(false)
    }
  })

  // KAFKA-19012, of a codec instead of a socket.
  it('keeps the bytes of a batch that is given up until its codec has read them', async () => {
    for (const end of ['resolve', 'reject'] as const) {
      const { codec, answers } = slowCodec()
      const read: Uint8Array[] = []
      const compression = {
        ...codec,
        compress: (input: Uint8Array) => (read.push(input), codec.compress(input)),
      }
      const accumulator = new TestAccumulator({ ...single, compression })
      const topic = accumulator.topic()
      accumulator.append(topic, { value: 'first' })
      accumulator.ready()
      const before = read[0]!.slice()
      accumulator.fail(accumulator.queue.take({ expiredAt: Infinity })[0]!, 'DELIVERY_TIMEOUT')
      for (const value of ['second', 'third']) accumulator.append(topic, { value })
      expect(read[0]).toEqual(before)
      expect(accumulator.sent.filter(({ type }) => type === 'released')).toEqual([])
      answers[0]![end](new Uint8Array(1) as Uint8Array & Error)
      await reactions()
      expect(accumulator.sent.filter(({ type }) => type === 'released')).toHaveLength(1)
      expect(accumulator.settled).toHaveLength(1)
    }
  })

  it('counts each byte twice, for the records and their compressed copy', () => {
    const options = { bufferBytes: 65_536, batchBytes: 16_384 }
    const counts = [undefined, gzip()].map((compression) => {
      const setting = compression === undefined ? options : { ...options, compression }
      const accumulator = new TestAccumulator(setting)
      const topic = accumulator.topic()
      let count = 0
      while (accumulator.append(topic, { value: Buffer.alloc(16_000) }) > 0) count++
      return count
    })
    expect(counts).toEqual([4, 2])
  })
})

describe('the size of batches with a codec', () => {
  /** A codec that halves, twice over. */
  const quarter = codecOf((input) => new Uint8Array(Math.ceil(input.byteLength / 4)))
  const value = 'x'.repeat(100)

  /** Records in each of so many batches, one filled after the other. */
  function filled(batches: number, compression: CompressionCodec, more: Partial<TestSetting> = {}) {
    const accumulator = new TestAccumulator({ batchBytes: 4_096, compression, ...more })
    const topic = accumulator.topic()
    const counts: number[] = []
    while (counts.length < batches) {
      expect(accumulator.append(topic, { value })).toBeGreaterThan(0)
      for (const batch of accumulator.drain()) {
        counts.push(batch.count)
        accumulator.acknowledge(batch)
      }
    }
    return { accumulator, topic, counts }
  }

  it('grows slowly until they are full once compressed', () => {
    const { counts, topic } = filled(200, quarter)
    expect(counts[0]).toBe(36)
    const later = [50, 100, 150].map((at) => counts[at]!)
    expect(later.toSorted((a, b) => a - b)).toEqual(later)
    expect(later[0]).toBeLessThan(2 * 36)
    // 4 times as many, less the caution of a twentieth, in quarter steps.
    expect(counts.at(-1)).toBeGreaterThan(3.5 * 36)
    expect(counts.at(-1)).toBeLessThanOrEqual(4 * 36)
    expect(topic.batchBytes).toBeGreaterThan(3.5 * 4_000)
  })

  it('falls at once when they compress worse', () => {
    let share = 4
    const codec = codecOf((input) => new Uint8Array(Math.ceil(input.byteLength / share)))
    const { accumulator, topic } = filled(200, codec)
    share = 1
    accumulator.append(topic, { partition: 1, value: 'x'.repeat(20_000) })
    accumulator.ready()
    expect(topic.batchBytes).toBe(4_096 - 61)
  })

  it('is its own for each topic', () => {
    const { accumulator } = filled(200, quarter)
    expect(accumulator.topic('other').batchBytes).toBe(4_096 - 61)
  })

  it('takes no more than a small share of all memory', () => {
    const { topic } = filled(200, quarter, { bufferBytes: 262_144 })
    expect(topic.batchBytes).toBe(8_070)
  })
})
