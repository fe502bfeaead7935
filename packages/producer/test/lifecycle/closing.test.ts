import { setImmediate as turn } from 'node:timers/promises'
import type { AccumulatorFront } from '@sluice/accumulator'
import { KafkaError } from '@sluice/protocol'
import { manualClock } from '@sluice/protocol/testing'
import { describe, expect, test } from 'vitest'
import { CallbackDeliveries } from '../../src/delivery/callback-delivery.js'
import { UnhandledFailures } from '../../src/delivery/unhandled-failures.js'
import type { SendingHalf } from '../../src/index.js'
import { Lifecycle } from '../../src/lifecycle/lifecycle.js'
import { ToldFailures } from '../../src/metrics/told-failures.js'

const never = (): Promise<never> => new Promise(() => {})
const done = (): Promise<void> => Promise.resolve()

interface Parts {
  readonly front?: Partial<AccumulatorFront>
  readonly sendingHalf?: Partial<SendingHalf>
}

/** A lifecycle on a manual clock, between stages that do what a test says. */
function opened({ front = {}, sendingHalf = {} }: Parts = {}) {
  const clock = manualClock()
  const runtime = clock
  const unhandled = new UnhandledFailures({ onDeliveryError: null, logger: null, runtime })
  const callbacks = new CallbackDeliveries({
    onUnhandled: () => {},
    told: new ToldFailures(),
    runtime,
  })
  const closed: string[] = []
  const lifecycle = new Lifecycle({
    front: { onPending: () => {}, flush: done, close: done, ...front } as AccumulatorFront,
    sendingHalf: {
      close: () => (closed.push('sending half'), done()),
      ...sendingHalf,
    } as SendingHalf,
    callbacks,
    unhandled,
    runtime,
    telemetry: null,
    logger: null,
  })
  return { lifecycle, callbacks, clock, closed }
}

function outcomeOf(work: Promise<void>): { ended: boolean; error: unknown } {
  const outcome = { ended: false, error: null as unknown }
  work.then(
    () => Object.assign(outcome, { ended: true }),
    (error: unknown) => Object.assign(outcome, { ended: true, error }),
  )
  return outcome
}

describe('close has a bound', () => {
  test('although the front never settles what is left, and says how many records that are', async () => {
    const front = { flush: never, close: never, unsettled: () => 3 }
    const { lifecycle, clock, closed } = opened({ front })
    const outcome = outcomeOf(lifecycle.close(50))
    await clock.pass(50 + 999)
    expect(outcome.ended).toBe(false)
    await clock.pass(1)
    expect(outcome.error).toMatchObject({ code: 'ILLEGAL_STATE' })
    expect(String(outcome.error)).toMatch(/3 records .* 1000 ms/)
    expect([closed, clock.pendingTimers]).toEqual([['sending half'], 0])
  })

  test('although the connections never close', async () => {
    const { lifecycle, clock } = opened({ sendingHalf: { close: never } })
    const outcome = outcomeOf(lifecycle.close(50))
    await clock.pass(1_000)
    expect(outcome.error).toMatchObject({ code: 'ILLEGAL_STATE' })
    expect(String(outcome.error)).toMatch(/1000 ms .* connections/)
    expect(clock.pendingTimers).toBe(0)
  })

  test('and what comes in the turn in which it is over still counts', async () => {
    let end = (): void => {}
    const close = (): Promise<void> => new Promise((resolve) => (end = resolve))
    const { lifecycle, clock } = opened({ sendingHalf: { close } })
    const outcome = outcomeOf(lifecycle.close(50))
    await clock.settle()
    clock.block(5_000)
    clock.fireLateTimers()
    end()
    await clock.settle()
    expect(outcome).toEqual({ ended: true, error: null })
  })
})

test('close disconnects also when the front throws', async () => {
  const broken = new KafkaError('ILLEGAL_STATE', 'broken')
  const close = (): never => {
    throw broken
  }
  const { lifecycle, clock, closed } = opened({ front: { close } })
  const outcome = outcomeOf(lifecycle.close(0))
  await clock.pass(0)
  expect([outcome.error, closed]).toEqual([broken, ['sending half']])
})

test('close with timeoutMs 0 ends after the callbacks of records that were refused before it', async () => {
  const told: string[] = []
  const { lifecycle, callbacks, clock } = opened({ front: { flush: never } })
  const error = new KafkaError('RECORD_TOO_LARGE', 'told by the test', { persisted: 'no' })
  const settlement = { error, metadata: () => expect.unreachable() }
  callbacks.enter()
  const kept = callbacks.kept(() => told.push('callback'), 0)
  callbacks.deliveryOf(kept).settle(settlement, 0, kept, undefined)
  callbacks.leave()
  void lifecycle.close(0).then(() => told.push('close'))
  clock.fireLateTimers()
  await turn()
  expect(told).toEqual([])
  await clock.settle()
  expect(told).toEqual(['callback', 'close'])
})
