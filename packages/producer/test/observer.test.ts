import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createProducer } from '../src/index.js'
import { guardedObserver } from '../src/observer.js'

/** Whatever a stage tells: the guard hands it on as it is. */
const anyEvent = {} as never

function logging(): { logged: string[]; logger: { error(message: string): void } } {
  const logged: string[] = []
  return { logged, logger: { error: (message) => void logged.push(message) } }
}

test('an observer that throws harms no stage and is logged once for each method', async () => {
  const { logged, logger } = logging()
  const fail = (): never => {
    throw new Error('disk full')
  }
  const observer = guardedObserver({ request: fail, batch: fail }, logger)
  for (let i = 0; i < 3; i++) {
    observer.request!(anyEvent)
    observer.batch!(anyEvent)
  }
  await turn()
  expect(logged).toEqual([
    "The observer's request failed, which is logged once: Error: disk full",
    "The observer's batch failed, which is logged once: Error: disk full",
  ])
})

test('an observer whose promise rejects harms no stage and is logged once', async () => {
  const { logged, logger } = logging()
  const rejecting: object = { sealed: () => Promise.reject(new Error('offline')) }
  const observer = guardedObserver(rejecting, logger)
  observer.sealed!(anyEvent)
  observer.sealed!(anyEvent)
  await turn()
  expect(logged).toEqual(["The observer's sealed failed, which is logged once: Error: offline"])
})

test('an observer is called as an object, with the event, at the end of the task and not in the middle of it', async () => {
  class Counting {
    readonly #events: object[] = []
    connection(event: object): void {
      this.#events.push(event)
    }
    get events(): readonly object[] {
      return this.#events
    }
  }
  const counting = new Counting()
  guardedObserver(counting, logging().logger).connection!(anyEvent)
  expect(counting.events).toEqual([])
  await turn()
  expect(counting.events).toEqual([anyEvent])
})

test('an observer without a method has none behind the guard, so no event is made for it', () => {
  const unset = { request: undefined, batch: () => {} } as object
  expect(Object.keys(guardedObserver(unset, logging().logger))).toEqual(['batch'])
})

test.each([
  ['a function', () => {}, /observer is of type function; give an object with methods/],
  ['a method that is none', { batch: 5 }, /observer\.batch is 5; give a function/],
])('createProducer refuses %s for an observer', (_, observer, message) => {
  const create = (): unknown =>
    createProducer({ bootstrapServers: 'localhost:1', observer: observer as object })
  expect(create).toThrow(message)
})
