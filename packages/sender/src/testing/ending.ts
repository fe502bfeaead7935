import assert from 'node:assert/strict'
import type { KitBatch } from './kit-batch.js'
import { deliveryTimeoutMs, type MakeSender, SenderRig, type TestFunction } from './rig.js'

/** Deadlines, and the end. */
export function checkEnding(test: TestFunction, make: MakeSender): void {
  test('fails a batch at its deadline that was never sent, as surely not written', () =>
    expiresQueued(make))
  test('fails a batch at its deadline that is in flight, as possibly written, and keeps its memory until the answer', () =>
    expiresInFlight(make))
  test('takes an answer that waited in a socket while the event loop was blocked', () =>
    readsBeforeItJudges(make))
  test('sends nothing again whose time is over', () => forgetsExpired(make))
  test('fails what is left when the queue is closed, and says which of it may be written', () =>
    failsRest(make))
  test('sends nothing once the queue is closed', () => staysClosed(make))
}

async function expiresQueued(make: MakeSender): Promise<void> {
  const rig = new SenderRig(make)
  rig.network.mute(1, true)
  const [batch] = (await rig.add(0, 1)) as [KitBatch]
  await rig.pass(deliveryTimeoutMs - 1)
  assert.equal(rig.outcome(batch), undefined, 'it failed before its deadline')
  await rig.pass(1)
  expectFailure(rig, batch, 'DELIVERY_TIMEOUT', 'no')
  assert.ok(rig.isReleased(batch), 'it was not released')
}

async function expiresInFlight(make: MakeSender): Promise<void> {
  const rig = new SenderRig(make)
  const [batch] = (await rig.add(0, 1)) as [KitBatch]
  await rig.pass(deliveryTimeoutMs)
  expectFailure(rig, batch, 'DELIVERY_TIMEOUT', 'possibly')
  assert.ok(!rig.isReleased(batch), 'a socket may still read its bytes')
  rig.network.unanswered[0]!.replyToAll(null, 3n)
  await rig.turn()
  assert.ok(rig.isReleased(batch), 'it was not released')
}

/** A timer fires late and before the sockets are read. */
async function readsBeforeItJudges(make: MakeSender): Promise<void> {
  const rig = new SenderRig(make)
  const [batch] = (await rig.add(0, 1)) as [KitBatch]
  rig.runtime.block(2 * deliveryTimeoutMs)
  rig.runtime.fireLateTimers()
  for (let microtask = 0; microtask < 10; microtask++) await Promise.resolve()
  rig.network.unanswered[0]!.replyToAll(null, 3n)
  await rig.turn()
  assert.ok(rig.outcome(batch)?.error === null, 'it failed although its answer was there')
}

async function forgetsExpired(make: MakeSender): Promise<void> {
  for (const code of ['NOT_ENOUGH_REPLICAS', 'REQUEST_TIMED_OUT', 'MESSAGE_TOO_LARGE'] as const) {
    const rig = new SenderRig(make)
    const [batch] = (await rig.add(0, 1)) as [KitBatch]
    await rig.pass(deliveryTimeoutMs)
    rig.network.unanswered[0]!.replyToAll(code)
    await rig.pass(deliveryTimeoutMs)
    assert.equal(rig.network.requests.length, 1, `it was sent again after ${code}`)
    assert.ok(rig.isReleased(batch), 'it was not released')
  }
}

async function failsRest(make: MakeSender): Promise<void> {
  const rig = new SenderRig(make)
  const batches = await rig.add(0, 3)
  const inFlight = rig.network.unanswered.flatMap((one) => one.batches.map(({ name }) => name))
  rig.queue.close()
  await rig.turn()
  for (const batch of batches) {
    const isInFlight = inFlight.includes(batch.name)
    expectFailure(rig, batch, 'PRODUCER_CLOSED', isInFlight ? 'possibly' : 'no')
    assert.equal(rig.isReleased(batch), !isInFlight, `whether ${batch.name} is released`)
  }
  await rig.network.close()
  await rig.turn()
  for (const batch of batches) assert.ok(rig.isReleased(batch), `${batch.name} was not released`)
}

async function staysClosed(make: MakeSender): Promise<void> {
  const rig = new SenderRig(make)
  await rig.add(0, 1)
  rig.queue.close()
  await rig.turn()
  rig.network.unanswered[0]!.replyToAll('NOT_ENOUGH_REPLICAS')
  rig.network.changed()
  await rig.pass(deliveryTimeoutMs)
  assert.equal(rig.network.requests.length, 1, 'it was sent again after the end')
}

function expectFailure(rig: SenderRig, batch: KitBatch, code: string, persisted: string): void {
  const error = rig.outcome(batch)?.error
  assert.ok(error, `${batch.name} did not fail`)
  assert.deepEqual([error.code, error.persisted], [code, persisted], batch.name)
}
