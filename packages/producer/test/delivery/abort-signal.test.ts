import { getEventListeners } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { KafkaError } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { abortable, abortedError } from '../../src/delivery/abort-signal.js'

const listenersOf = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length
const never = new Promise<never>(() => {})

test('one signal has one listener for any number of waits, and none once they have settled', async () => {
  const { signal } = new AbortController()
  const work = Array.from({ length: 1_000 }, (_, i) => Promise.resolve(i))
  const waiting = work.map((one) => abortable(one, signal, () => abortedError(signal)))
  expect(listenersOf(signal)).toBe(1)
  await Promise.all(waiting)
  expect(listenersOf(signal)).toBe(0)
  const failing = abortable(Promise.reject(new Error('own')), signal, () => abortedError(signal))
  await expect(failing).rejects.toThrow('own')
  expect(listenersOf(signal)).toBe(0)
})

test('an abort ends all waits, the last one first, and leaves no listener', async () => {
  const controller = new AbortController()
  const { signal } = controller
  const order: number[] = []
  const waiting = [0, 1, 2].map((i) =>
    abortable(never, signal, () => {
      order.push(i)
      return abortedError(signal)
    }),
  )
  controller.abort()
  expect(listenersOf(signal)).toBe(0)
  const outcomes = await Promise.allSettled(waiting)
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(order).toEqual([2, 1, 0])
})

test('a signal that is aborted already ends the wait, and a later failure of the work stays silent', async () => {
  const unhandled: unknown[] = []
  const listener = (error: unknown): void => void unhandled.push(error)
  process.on('unhandledRejection', listener)
  const signal = AbortSignal.abort()
  const work = turn().then(() => Promise.reject(new Error('late')))
  await expect(abortable(work, signal, () => abortedError(signal))).rejects.toBeInstanceOf(
    KafkaError,
  )
  await turn()
  await turn()
  process.off('unhandledRejection', listener)
  expect(unhandled).toEqual([])
  expect(listenersOf(signal)).toBe(0)
})

test('a wait that begins while the signal aborts ends, too', async () => {
  const controller = new AbortController()
  const { signal } = controller
  let inner: Promise<unknown> = never
  const outer = abortable(never, signal, () => {
    inner = abortable(never, signal, () => abortedError(signal)).catch(
      (error: KafkaError) => error.code,
    )
    return abortedError(signal)
  })
  controller.abort()
  await expect(outer).rejects.toBeInstanceOf(KafkaError)
  await expect(inner).resolves.toBe('ABORTED')
})
