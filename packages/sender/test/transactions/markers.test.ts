import { describe, expect, test } from 'vitest'
import { CoordinatorCall } from '../coordinator-call.js'
import type { ProduceCall } from '../produce-call.js'
import { TransactionWorld } from '../transaction-world.js'

/** So long the coordinator writes the markers of a transaction. */
const writingMs = 5
const beginsTransaction = /^(AddPartitionsToTxn|AddOffsetsToTxn|InitProducerId)$/

/** The coordinator takes no part of the next transaction before the markers of the last one are written. */
function writeMarkersSlowly(world: TransactionWorld): { refusals: number } {
  const seen = { refusals: 0 }
  let writtenAt = 0
  const refuse = (call: ProduceCall | CoordinatorCall): void => {
    seen.refusals++
    call.refuse('CONCURRENT_TRANSACTIONS')
  }
  const answer = (call: ProduceCall | CoordinatorCall): void => {
    const isWriting = world.runtime.now() < writtenAt
    if (!(call instanceof CoordinatorCall)) return isWriting ? refuse(call) : call.ok()
    if (isWriting && beginsTransaction.test(call.api)) return refuse(call)
    if (call.api === 'EndTxn') writtenAt = world.runtime.now() + writingMs
    world.ok(call)
  }
  world.network.onCall = (call) => void world.runtime.setImmediate(() => answer(call))
  return seen
}

// T02: the wait after CONCURRENT_TRANSACTIONS is no back-off of the general kind.
describe.each([1, 2] as const)('version %i', (version) => {
  test.each([1, 100, 10_000])(
    'T02: transactions one straight after the other wait 20 ms at most for markers, with retryBackoffMs %i, too',
    async (retryBackoffMs) => {
      const retryBackoffMaxMs = retryBackoffMs * 10
      const world = new TransactionWorld({
        version,
        retryBackoffMs,
        retryBackoffMaxMs,
        jitter: true,
      })
      const seen = writeMarkersSlowly(world)
      const waits: number[] = []
      for (let number = 0; number < 20; number++) {
        const since = world.runtime.now()
        await world.begin()
        const sent = world.send(0, `${number}`)
        await world.settle()
        while (sent.settled === 0) await world.advance(1)
        waits.push(world.runtime.now() - since)
        expect((await world.commit()).code).toBe('resolved')
      }
      expect(seen.refusals).toBeGreaterThanOrEqual(19)
      expect(Math.max(...waits)).toBeLessThanOrEqual(20)
    },
  )
})
