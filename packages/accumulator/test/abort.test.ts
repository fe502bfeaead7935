import { KafkaError } from '@sluice/protocol'
import { describe, expect, it } from 'vitest'
import { type Delivery, noRoom } from '../src/index.js'
import { TestAccumulator, TestWaiter, leave, wait } from './test-accumulator.js'

describe('abort', () => {
  const error = new KafkaError('INVALID_TXN_STATE', 'told by the test', { persisted: 'no' })

  it('fails open batches and waiters in the call, with the very error that says persisted: no', () => {
    const accumulator = new TestAccumulator({ batchRecords: 2 })
    const topic = accumulator.topic()
    for (const tag of ['sealed 1', 'sealed 2', 'open']) accumulator.append(topic, {}, tag)
    accumulator.append(topic, { partition: 1 }, 'open, too')
    const waiter = new TestWaiter(1, () => -1)
    wait(accumulator.front.forTopic('unknown'), waiter)
    accumulator.front.abort(error)
    expect(accumulator.tags).toEqual(['open', 'open, too'])
    for (const failed of [waiter, ...accumulator.settled]) expect(failed.error).toBe(error)
    accumulator.acknowledgeAll()
    expect(accumulator.tags).toEqual(['open', 'open, too', 'sealed 1', 'sealed 2'])
    expect(accumulator.front.pending).toBe(false)
  })

  it('makes another error say persisted: no, with all else that it tells', () => {
    const accumulator = new TestAccumulator()
    accumulator.append(accumulator.topic(), {}, 'open')
    const cause = new Error('why')
    accumulator.front.abort(
      new KafkaError('PRODUCER_FENCED', 'another one', { cause, persisted: 'possibly' }),
    )
    expect(accumulator.settled[0]!.error).toMatchObject({
      message: 'PRODUCER_FENCED: another one',
      persisted: 'no',
      cause,
    })
  })

  it('leaves no batch for the queue, which was told that it is due', () => {
    const accumulator = new TestAccumulator()
    const topic = accumulator.topic()
    accumulator.append(topic, {}, 'open')
    accumulator.runtime.endTurn()
    accumulator.front.abort(error)
    expect(accumulator.ready().nodes).toEqual(new Set([0]))
    expect(accumulator.drain()).toEqual([])
    expect(accumulator.ready()).toEqual({
      nodes: new Set(),
      hasUnknownLeaders: false,
      nextAt: Infinity,
    })
  })

  it('gives the memory to a record that begins to wait while others fail', () => {
    const accumulator = new TestAccumulator({ bufferBytes: 65_536 })
    const topic = accumulator.topic()
    const append = (): number => accumulator.append(topic, { value: Buffer.alloc(60_000) }, 'later')
    const later = new TestWaiter(60_000, append)
    accumulator.append(topic, { partition: 1, value: Buffer.alloc(20_000) }, 'open')
    wait(topic, { bytes: 60_000, resume: () => append() > 0, fail: () => wait(topic, later) })
    accumulator.front.abort(error)
    expect([accumulator.tags, later.state]).toEqual([['open'], 'appended'])
  })

  it('fails a waiter although another that failed before has given it room', () => {
    const accumulator = new TestAccumulator({ bufferBytes: 65_536 })
    const topic = accumulator.topic()
    const leaves = new TestWaiter(30_000, () => noRoom)
    const last = new TestWaiter(100, () => accumulator.append(topic, {}, 'last'))
    wait(topic, { bytes: 30_000, resume: () => false, fail: () => void leave(topic, leaves) })
    wait(topic, leaves)
    wait(topic, last)
    accumulator.front.abort(error)
    expect([leaves.state, last.state]).toEqual(['waits', error])
    expect(accumulator.front.pending).toBe(false)
  })

  it('keeps the time of those who wait after it', () => {
    const accumulator = new TestAccumulator({ maxBlockMs: 500 })
    const topic = accumulator.front.forTopic('unknown')
    const later = new TestWaiter(1, () => -1)
    wait(topic, { bytes: 1, resume: () => false, fail: () => wait(topic, later) })
    accumulator.front.abort(error)
    accumulator.runtime.advance(499)
    expect(later.state).toBe('waits')
    accumulator.runtime.advance(1)
    expect(later.error.code).toBe('METADATA_TIMEOUT')
  })

  it('may be called by a delivery that an abort settles, and a close as well', async () => {
    const accumulator = new TestAccumulator()
    const topic = accumulator.topic()
    const abortsAgain: Delivery = {
      heldBytes: 0,
      settle: () => {
        accumulator.append(topic, {}, 'again')
        accumulator.front.abort(error)
        void accumulator.front.close()
      },
    }
    accumulator.append(topic, {}, 'first', abortsAgain)
    accumulator.append(topic, { partition: 1 }, 'second')
    accumulator.front.abort(error)
    expect(accumulator.tags).toEqual(['again', 'second'])
    await accumulator.front.close()
    expect([accumulator.runtime.pendingTimers, accumulator.front.pending]).toEqual([0, false])
  })
})
