import { afterEach, describe, expect, it, vi } from 'vitest'
import { BufferPool } from '../src/front/memory/buffer-pool.js'
import { noRoom, type TopicFront } from '../src/index.js'
import { valuesOf } from '../src/testing/stand/read-batch.js'
import { buffersInUse, TestAccumulator, type TestRecord } from './test-accumulator.js'

const bufferBytes = 65_536
const options = { bufferBytes, batchBytes: 4_096, lingerMs: 50 }

/** Bytes whose memory went to another thread after their record was checked. */
function transferred(length = 100): Uint8Array {
  const bytes = new Uint8Array(length)
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] })
  return bytes
}

/** Bytes that say they are shorter than they are. */
function understated(): Uint8Array {
  return Object.defineProperty(new Uint8Array(5_000), 'length', { value: 10 })
}

/** Bytes that do not say how long they are. */
function unmeasurable(): Uint8Array {
  const get = (): never => {
    throw new Error('no length')
  }
  return Object.defineProperty(new Uint8Array(5), 'length', { get })
}

/** What the runtime says of these bytes, and what they say themselves. */
const wrong = /detached|out of bounds|no length/

const spoilt: Record<string, () => TestRecord> = {
  'whose value was transferred': () => ({ value: transferred() }),
  'whose key was transferred': () => ({ key: transferred(), value: 'v' }),
  'that is large and whose key was transferred': () => ({
    key: transferred(),
    value: 'x'.repeat(3_000),
  }),
  'whose header was transferred': () => ({ headers: ['name', transferred()] }),
  'whose value says a wrong length': () => ({ value: understated() }),
  'whose key has no length': () => ({ key: unmeasurable() }),
}

/** A partition in each state in which a record may find it. */
const befores: Record<string, readonly number[]> = {
  'no batch': [],
  'a batch with room': [10],
  'a batch that must grow': [800],
  'a batch that has no room for a large record': [1_500, 900],
}

afterEach(() => vi.restoreAllMocks())

function opened(sizes: readonly number[]): { accumulator: TestAccumulator; topic: TopicFront } {
  const accumulator = new TestAccumulator(options)
  const topic = accumulator.topic()
  for (const size of sizes) accumulator.append(topic, { value: 'v'.repeat(size) }, size)
  return { accumulator, topic }
}

/** Everything is sent and settled, once, and nothing is left: no memory, no batch, and a flush and a close that end. */
async function expectNothingLeft(accumulator: TestAccumulator, tags: unknown[]): Promise<void> {
  const { front } = accumulator
  const ended = [front.flush(), front.drained()]
  accumulator.acknowledgeAll()
  await Promise.all(ended)
  expect(accumulator.tags).toEqual(tags)
  expect([front.pending, front.unsettled?.(), buffersInUse.bytes]).toEqual([false, 0, 0])
  await front.close()
  expect(accumulator.tags).toEqual(tags)
}

describe('an append that throws', () => {
  for (const [before, sizes] of Object.entries(befores)) {
    for (const [what, record] of Object.entries(spoilt)) {
      it(`for a record ${what} leaves nothing behind in ${before}`, async () => {
        const { accumulator, topic } = opened(sizes)
        const held = accumulator.deliveryOf(10_000)
        // Many times: what each leaves behind would add up to all the memory.
        for (let time = 0; time < 20; time++)
          expect(() => accumulator.append(topic, record(), 'bad', held)).toThrow(wrong)
        const batches = sizes.length === 0 ? 0 : 1
        expect(topic.queuedBatches(0)).toBe(batches)
        expect(accumulator.append(topic, { value: 'good' }, 'good', held)).not.toBe(noRoom)
        await expectNothingLeft(accumulator, [...sizes, 'good'])
      })
    }

    it(`because memory cannot be allocated leaves nothing behind in ${before}`, async () => {
      const { accumulator, topic } = opened(sizes)
      const held = accumulator.deliveryOf(10_000)
      const large = { value: 'x'.repeat(3_000) }
      const take = vi.spyOn(BufferPool.prototype, 'take').mockImplementation(() => {
        throw new RangeError('Array buffer allocation failed')
      })
      for (let time = 0; time < 20; time++)
        expect(() => accumulator.append(topic, large, 'bad', held)).toThrow(RangeError)
      take.mockRestore()
      expect(accumulator.append(topic, large, 'good', held)).not.toBe(noRoom)
      await expectNothingLeft(accumulator, [...sizes, 'good'])
    })
  }

  it('does not change the batch that the record would have been in', () => {
    const { accumulator, topic } = opened([])
    const { runtime } = accumulator
    const timestamp = runtime.wallClock()
    accumulator.append(topic, { value: 'a', timestamp })
    const late = { value: transferred(), timestamp: timestamp + 5_000 }
    expect(() => accumulator.append(topic, late)).toThrow(TypeError)
    accumulator.append(topic, { value: 'b', timestamp: timestamp + 1 })
    runtime.advance(50)
    const batches = accumulator.drain()
    expect(valuesOf(batches)).toEqual([['a', 'b']])
    expect(batches[0]).toMatchObject({ count: 2, maxTimestamp: timestamp + 1 })
  })
})
