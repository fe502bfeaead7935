import { expect, test } from 'vitest'
import { StageChannels } from '../../src/channels/stage-channels.js'
import { type ProducerObserver, observerMethods } from '../../src/observer.js'
import { Listened } from '../../src/sending-half/thread/listened.js'
import { messagesOf, tracesOf } from './listeners.js'

/** The methods for which a stage makes events now. */
function methodsOf(observer: ProducerObserver): string[] {
  return observerMethods.filter((name) => observer[name] !== undefined)
}

function observed(always: ProducerObserver = {}): ProducerObserver {
  return new StageChannels({ clientId: 'shop', producer: 1 }).observing(always)
}

test('the stages find no method while nobody listens, and so make no event', () => {
  const observer = observed()
  expect(methodsOf(observer)).toEqual([])
  const { stop } = messagesOf('sluice:batch')
  expect(methodsOf(observer)).toEqual(['batch'])
  stop()
  expect(methodsOf(observer)).toEqual([])
})

test('the methods of another observer stay, whoever listens', () => {
  const heard: unknown[] = []
  const observer = observed({ batch: (event) => void heard.push(event) })
  const batch = { topic: 'orders' } as never
  observer.batch!(batch)
  const { stop } = messagesOf('sluice:batch')
  observer.batch!(batch)
  stop()
  observer.batch!(batch)
  expect(heard).toEqual([batch, batch, batch])
})

test('a request that was begun while somebody listened is ended, and nothing of it is kept', () => {
  const observer = observed()
  const { stop } = tracesOf('sluice:produce')
  expect(methodsOf(observer)).toEqual(['produce', 'produced'])
  observer.produce!({ id: 1, node: 1, at: 5, records: 1, batchBytes: [70], queueMs: [0] })
  stop()
  expect(methodsOf(observer)).toEqual(['produced'])
  observer.produced!({ id: 1, node: 1, at: 7, durationMs: 2, errorCode: null })
  expect(methodsOf(observer)).toEqual([])
})

test("a sender's thread hears which events are wanted when it starts and when that changes, and nothing else", () => {
  const listened = new Listened(observed())
  expect(listened.begin()).toEqual([])
  expect(listened.change()).toBeNull()
  const { stop } = messagesOf('sluice:metadata')
  expect(listened.change()).toEqual({ type: 'listen', observed: ['metadata'] })
  expect(listened.change()).toBeNull()
  stop()
  expect(listened.change()).toEqual({ type: 'listen', observed: [] })
})

test("requests that were lost with a sender's thread end with an error", async () => {
  const { told } = tracesOf('sluice:produce')
  const stages = new StageChannels({ clientId: 'shop', producer: 1 })
  const observer = stages.observing({})
  observer.produce!({ id: 1, node: 1, at: 5, records: 1, batchBytes: [70], queueMs: [0] })
  stages.lost()
  await Promise.resolve().then(() => {})
  await new Promise((resolve) => void setImmediate(resolve))
  expect(told.map(([event]) => event)).toEqual(['start', 'end', 'error', 'asyncStart', 'asyncEnd'])
  expect(told[0]![1].error!.code).toBe('SENDER_THREAD_DIED')
})
