import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SequencedBatch, Verdict } from '../src/partition/judge-batch.js'
import { ProducerWindow } from '../src/partition/producer-window.js'

const verified = { open: false, verified: true }
const beside = { open: true, verified: false, verification: undefined }

const highest = 2 ** 31 - 1

const expirationMs = 86_400_000
const clock = { now: 0 }

function newWindow(): ProducerWindow {
  clock.now = 0
  return new ProducerWindow({ expirationMs, wallClock: () => clock.now })
}

function batch(baseSequence: number, count = 1, producerEpoch = 0, producerId = 7n) {
  const lastOffsetDelta = count - 1
  const fixed = { maxTimestamp: 1000, transactional: false }
  return { producerId, producerEpoch, baseSequence, lastOffsetDelta, ...fixed }
}

/** Judges, remembers what is to be appended, and says the verdict in one word. */
function offer(window: ProducerWindow, offered: SequencedBatch, offset = 0n): string {
  const verdict = window.judge(offered)
  if (verdict.kind === 'append') window.remember(offered, offset)
  return word(verdict)
}

function word(verdict: Verdict): string {
  if (verdict.kind === 'refused') return verdict.error
  return verdict.kind === 'duplicate' ? `duplicate of ${verdict.baseOffset}` : 'append'
}

describe('the producer window', () => {
  test('takes batches whose sequences follow each other', () => {
    const window = newWindow()
    expect(offer(window, batch(0, 3))).toBe('append')
    expect(offer(window, batch(3, 2))).toBe('append')
    expect(offer(window, batch(5))).toBe('append')
  })

  test('takes any first sequence of a producer it has no state for', () => {
    expect(offer(newWindow(), batch(4711, 1, 3))).toBe('append')
  })

  test('answers a repetition of one of the last five batches with its first offset and time', () => {
    const window = newWindow()
    for (let sequence = 0; sequence < 7; sequence++) {
      offer(window, batch(sequence), BigInt(sequence * 10))
    }
    expect(window.judge(batch(2))).toEqual({
      kind: 'duplicate',
      baseOffset: 20n,
      maxTimestamp: 1000,
    })
    expect(offer(window, batch(6))).toBe('duplicate of 60')
  })

  test('finds a repetition older than five batches out of order, as Kafka does', () => {
    const window = newWindow()
    for (let sequence = 0; sequence < 6; sequence++) offer(window, batch(sequence))
    expect(offer(window, batch(0))).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER')
    expect(offer(window, batch(1))).toMatch('duplicate')
  })

  test('finds a gap out of order and goes on as if it had not been sent', () => {
    const window = newWindow()
    offer(window, batch(0, 2))
    expect(offer(window, batch(3))).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER')
    expect(offer(window, batch(2))).toBe('append')
  })

  test('finds a batch that only overlaps a known one out of order', () => {
    const window = newWindow()
    offer(window, batch(0, 4))
    expect(offer(window, batch(0, 2))).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER')
    expect(offer(window, batch(2, 4))).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER')
  })

  test('wants a newer epoch to begin at 0 and then forgets the older one', () => {
    const window = newWindow()
    offer(window, batch(0, 2))
    expect(offer(window, batch(2, 1, 1))).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER')
    expect(offer(window, batch(0, 2, 1))).toBe('append')
    expect(offer(window, batch(2, 1, 1))).toBe('append')
    expect(offer(window, batch(0, 2))).toBe('INVALID_PRODUCER_EPOCH')
  })

  test('refuses an older epoch even for a batch it once took', () => {
    const window = newWindow()
    offer(window, batch(0, 1, 1))
    offer(window, batch(0, 1, 2))
    expect(offer(window, batch(0, 1, 1))).toBe('INVALID_PRODUCER_EPOCH')
  })

  test('goes from sequence 2147483647 to 0', () => {
    const window = newWindow()
    expect(offer(window, batch(highest))).toBe('append')
    expect(offer(window, batch(0), 1n)).toBe('append')
    expect(offer(window, batch(highest))).toBe('duplicate of 0')
    expect(offer(window, batch(0))).toBe('duplicate of 1')
  })

  test('does not go from sequence 2147483646 to 0', () => {
    const window = newWindow()
    offer(window, batch(highest - 1))
    expect(offer(window, batch(0))).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER')
  })

  test('counts a batch across the wrap', () => {
    const window = newWindow()
    expect(offer(window, batch(highest - 1, 4))).toBe('append')
    expect(offer(window, batch(highest - 1, 4))).toBe('duplicate of 0')
    expect(offer(window, batch(2))).toBe('append')
  })

  test('keeps producers apart', () => {
    const window = newWindow()
    offer(window, batch(0, 5, 0, 1n))
    expect(offer(window, batch(0, 5, 0, 2n))).toBe('append')
    expect(offer(window, batch(5, 1, 0, 1n))).toBe('append')
  })

  test('wants the first sequence in a transaction of version 2 to be 0, where it has no state', () => {
    const window = newWindow()
    const verification = { producerEpoch: 0, lowestSequence: 3, enrols: true }
    const beginning = (sequence: number) =>
      word(window.judge({ ...batch(sequence), transactional: true }, { ...verified, verification }))
    expect(beginning(3)).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER')
    expect(beginning(0)).toBe('append')
    window.remember({ ...batch(0), transactional: true }, 0n)
    expect(word(window.judge({ ...batch(1), transactional: true }, beside))).toBe('append')
  })

  test('takes any first sequence in a transaction of version 1, but none behind one that was refused', () => {
    const window = newWindow()
    const first = { ...batch(3), transactional: true }
    const judge = (lowestSequence: number) =>
      word(
        window.judge(first, {
          ...verified,
          verification: { producerEpoch: 0, lowestSequence, enrols: false },
        }),
      )
    expect([judge(3), judge(2)]).toEqual(['append', 'OUT_OF_ORDER_SEQUENCE_NUMBER'])
  })

  test('takes no batch into a transaction that nobody has verified, and none beside an open one', () => {
    const window = newWindow()
    expect(word(window.judge({ ...batch(0), transactional: true }))).toBe('INVALID_TXN_STATE')
    expect(word(window.judge(batch(0), beside))).toBe('INVALID_TXN_STATE')
  })

  test('fences older epochs after a marker, and begins at 0 in its epoch', () => {
    const window = newWindow()
    offer(window, batch(0))
    window.rememberMarker(7n, 1, 1000)
    expect(offer(window, batch(1))).toBe('INVALID_PRODUCER_EPOCH')
    expect(offer(window, batch(1, 1, 1))).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER')
    expect(offer(window, batch(0, 1, 1))).toBe('append')
  })

  test('goes on with its sequences after a marker of the same epoch', () => {
    const window = newWindow()
    offer(window, batch(0, 3))
    window.rememberMarker(7n, 0, 1000)
    expect([offer(window, batch(0, 3)), offer(window, batch(3))]).toEqual([
      'duplicate of 0',
      'append',
    ])
  })

  test('forgets a producer at the first check after its last batch is a day old', () => {
    const window = newWindow()
    offer(window, batch(0))
    clock.now = 1000 + expirationMs - 1
    expect(offer(window, batch(5))).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER')
    clock.now = 86_400_000 + 599_999
    expect(offer(window, batch(5))).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER')
    clock.now = 86_400_000 + 600_000
    expect(offer(window, batch(5))).toBe('append')
  })

  test('keeps a producer that wrote since', () => {
    const window = newWindow()
    offer(window, batch(0))
    offer(window, { ...batch(1), maxTimestamp: 86_400_000 })
    clock.now = 86_400_000 + 600_000
    expect(offer(window, batch(5))).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER')
  })

  test('says what a plain model of the whole history says', () => {
    const offers = fc.array(
      fc.record({
        producerId: fc.constantFrom(1n, 2n),
        producerEpoch: fc.constantFrom(0, 0, 0, 1, 2),
        // Around the wrap, close together, so that all kinds of answers are common.
        baseSequence: fc.integer({ min: -6, max: 8 }).map((step) => (step + 2 ** 31) % 2 ** 31),
        lastOffsetDelta: fc.integer({ min: 0, max: 2 }),
        maxTimestamp: fc.constant(0),
        transactional: fc.constant(false),
      }),
      { maxLength: 60 },
    )
    fc.assert(
      fc.property(offers, (batches) => {
        const window = newWindow()
        const model = new HistoryModel()
        batches.forEach((one, index) => {
          expect(offer(window, one, BigInt(index))).toBe(model.offer(one, BigInt(index)))
        })
      }),
    )
  })
})

/** Keeps everything, and finds out each time: what Kafka's documentation says, in the fewest words. */
class HistoryModel {
  readonly #taken: (SequencedBatch & { offset: bigint })[] = []

  offer(one: SequencedBatch, offset: bigint): string {
    const own = this.#taken.filter(({ producerId }) => producerId === one.producerId)
    const epoch = Math.max(-1, ...own.map(({ producerEpoch }) => producerEpoch))
    if (one.producerEpoch < epoch) return 'INVALID_PRODUCER_EPOCH'
    const current = own.filter(({ producerEpoch }) => producerEpoch === one.producerEpoch)
    const duplicate = current
      .slice(-5)
      .find(
        (known) =>
          known.baseSequence === one.baseSequence && known.lastOffsetDelta === one.lastOffsetDelta,
      )
    if (duplicate) return `duplicate of ${duplicate.offset}`
    if (own.length > 0 && one.baseSequence !== expected(current)) {
      return 'OUT_OF_ORDER_SEQUENCE_NUMBER'
    }
    this.#taken.push({ ...one, offset })
    return 'append'
  }
}

function expected(batches: SequencedBatch[]): number {
  const last = batches.at(-1)
  return last ? (last.baseSequence + last.lastOffsetDelta + 1) % 2 ** 31 : 0
}
