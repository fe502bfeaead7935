import { channel } from 'node:diagnostics_channel'
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Snapshot } from '../src/model/snapshot.js'
import type { InspectorClock } from '../src/watch/clock.js'
import { Sampler, type Watcher } from '../src/watch/sampler.js'
import { StubProducer } from './stub-producer.js'

const names = ['batch', 'request', 'connection', 'metadata', 'transaction', 'error', 'send']
const channels = names.map((name) => channel(`sluice:${name}`))
const listened = (): number => channels.filter(({ hasSubscribers }) => hasSubscribers).length

class ManualClock implements InspectorClock {
  readonly running = new Set<() => void>()

  now(): number {
    return 1_000
  }

  every(_: number, run: () => void): () => void {
    this.running.add(run)
    return () => void this.running.delete(run)
  }

  tick(): void {
    for (const run of this.running) run()
  }
}

class Seen implements Watcher {
  readonly snapshots: Snapshot[] = []
  ends = 0

  show(snapshot: string): void {
    this.snapshots.push(JSON.parse(snapshot))
  }

  ended(): void {
    this.ends++
  }

  failed(): void {}
}

function stand() {
  const [producer, clock] = [new StubProducer(), new ManualClock()]
  return { producer, clock, sampler: new Sampler(producer, () => clock) }
}

test('while nobody watches no channel has a subscriber, no timer runs and no figure is read', () => {
  const { producer, clock, sampler } = stand()
  expect([listened(), clock.running.size, producer.reads]).toEqual([0, 0, 0])
  const watcher = new Seen()
  sampler.add(watcher)
  expect(listened()).toBeGreaterThan(3)
  sampler.remove(watcher)
  const { reads } = producer
  clock.tick()
  expect([listened(), clock.running.size, producer.reads]).toEqual([0, 0, reads])
})

test('records themselves are never listened to: that would cost something for each of them', () => {
  const { sampler } = stand()
  sampler.add(new Seen())
  expect(channel('sluice:send').hasSubscribers).toBe(false)
  expect(channel('tracing:sluice:send:start').hasSubscribers).toBe(false)
  sampler.close()
})

test('a watcher gets a snapshot at once and one in each interval, and two share the reading', () => {
  const { producer, clock, sampler } = stand()
  const [one, other] = [new Seen(), new Seen()]
  sampler.add(one)
  sampler.add(other)
  const before = producer.reads
  clock.tick()
  expect(producer.reads - before).toBe(1)
  expect([one.snapshots.length, other.snapshots.length]).toEqual([2, 2])
  sampler.remove(one)
  clock.tick()
  expect([one.snapshots.length, other.snapshots.length]).toEqual([2, 3])
  sampler.close()
  expect(listened()).toBe(0)
})

const request = { clientId: 'x', api: 'Produce', node: 1, connectionId: 1, errorCode: null }

test('messages of other producers are not shown', () => {
  const { clock, sampler } = stand()
  const watcher = new Seen()
  sampler.add(watcher)
  const told = { ...request, durationMs: 1, throttleMs: 50 }
  channel('sluice:request').publish({ ...told, producer: 8 })
  channel('sluice:request').publish({ ...told, producer: 7 })
  clock.tick()
  expect(watcher.snapshots.at(-1)!.events).toHaveLength(1)
  sampler.close()
})

test('of a busy channel so many messages are heard in an interval, and nobody listens until the next', async () => {
  const { clock, sampler } = stand()
  const watcher = new Seen()
  sampler.add(watcher)
  const heard = (): number =>
    watcher.snapshots.at(-1)!.latency.buckets.reduce((sum, value) => sum + value, 0)
  const flood = (): void => {
    for (let i = 0; i < 1_000; i++)
      channel('sluice:request').publish({ ...request, durationMs: 1, throttleMs: 0, producer: 7 })
  }
  flood()
  await setImmediate()
  expect(channel('sluice:request').hasSubscribers).toBe(false)
  expect(channel('sluice:batch').hasSubscribers).toBe(true)
  clock.tick()
  const first = heard()
  expect(first).toBeGreaterThan(4)
  expect(first).toBeLessThan(100)
  expect(channel('sluice:request').hasSubscribers).toBe(true)
  flood()
  clock.tick()
  expect(heard()).toBe(2 * first)
  sampler.close()
  await setImmediate()
  expect(listened()).toBe(0)
})

test('watching ends when the producer is closed and has told its last figures', () => {
  const { producer, clock, sampler } = stand()
  const watcher = new Seen()
  sampler.add(watcher)
  producer.reason = 'closed'
  producer.figures = { recordsPending: 3 }
  clock.tick()
  expect(watcher.ends).toBe(0)
  producer.figures = { recordsPending: 0, recordAckTotal: 3 }
  clock.tick()
  expect(watcher.ends).toBe(1)
  expect(watcher.snapshots.at(-1)).toMatchObject({ reason: 'closed', records: { acknowledged: 3 } })
  sampler.close()
})

test('an inspector that is closed by what it reads listens no more', () => {
  const { producer, clock, sampler } = stand()
  sampler.add(new Seen())
  producer.status = () => {
    sampler.close()
    return { ready: true, reason: 'ready' }
  }
  clock.tick()
  expect([listened(), clock.running.size]).toEqual([0, 0])
})

test('every transaction is counted, however many there are in an interval', async () => {
  const { clock, sampler } = stand()
  const watcher = new Seen()
  sampler.add(watcher)
  for (let transaction = 1; transaction <= 10; transaction++)
    for (const state of ['begun', 'committed']) {
      channel('sluice:transaction').publish({ producer: 7, transaction, state, errorCode: null })
      await setImmediate()
    }
  clock.tick()
  sampler.close()
  const counted = { isOpen: false, committed: 10, aborted: 0 }
  expect(watcher.snapshots.at(-1)!.transactions).toEqual(counted)
})
