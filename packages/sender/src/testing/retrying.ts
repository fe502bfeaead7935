import assert from 'node:assert/strict'
import { seededRandom } from '@sluice/protocol/testing'
import type { KitBatch } from './kit-batch.js'
import { KitLog } from './kit-log.js'
import type { KitRequest } from './kit-request.js'
import { type MakeSender, SenderRig, type TestFunction } from './rig.js'

/** What is sent again, and how. */
export function checkRetrying(test: TestFunction, make: MakeSender): void {
  test('sends the same bytes again after a refusal and after a lost connection', () =>
    repeatsBytes(make))
  test('sends a batch again that the answer does not name, and ignores partitions nobody asked about', () =>
    trustsNoGap(make))
  test('fails a batch that is refused for good, alone, as surely not written', () =>
    failsAlone(make))
  test('takes a duplicate for a success without an offset', () => takesDuplicates(make))
  test('keeps the order of a partition and loses nothing, whatever is refused or unanswered', async () => {
    for (let seed = 1; seed <= 20; seed++) await keepsOrder(make, seed)
  })
}

async function repeatsBytes(make: MakeSender): Promise<void> {
  const rig = new SenderRig(make)
  await rig.add(0, 1)
  const { requests } = rig.network
  requests[0]!.replyToAll('NOT_ENOUGH_REPLICAS')
  await rig.pass(3_000)
  assert.equal(requests.length, 2, 'the batch was not sent again')
  rig.network.reset(1)
  await rig.pass(3_000)
  assert.equal(requests.length, 3, 'the batch was not sent again')
  const [first, ...others] = requests.map(({ batches }) => batches[0]!.bytes)
  for (const bytes of others) assert.deepEqual(bytes, first, 'the bytes have changed')
}

async function trustsNoGap(make: MakeSender): Promise<void> {
  const rig = new SenderRig(make)
  const [batch] = (await rig.add(0, 1)) as [KitBatch]
  rig.network.requests[0]!.reply([{ partition: 7, code: null, offset: 5n }])
  await rig.turn()
  assert.equal(rig.outcome(batch), undefined, 'an answer that does not name it settled it')
  await rig.pass(3_000)
  rig.network.unanswered[0]!.replyToAll(null, 1n)
  await rig.turn()
  assert.ok(rig.outcome(batch)?.error === null)
}

async function failsAlone(make: MakeSender): Promise<void> {
  const rig = new SenderRig(make, 3)
  // Node 1 leads both.
  const [[refused], [good]] = await Promise.all([rig.add(0, 1), rig.add(2, 1)])
  for (const { batches, reply } of bound(rig.network.unanswered))
    reply(
      batches.map(({ partition }) => ({
        partition,
        code: partition === 0 ? 'TOPIC_AUTHORIZATION_FAILED' : null,
        offset: partition === 0 ? -1n : 4n,
      })),
    )
  await rig.turn()
  const error = rig.outcome(refused!)?.error
  assert.equal(error?.code, 'TOPIC_AUTHORIZATION_FAILED')
  assert.equal(error.persisted, 'no')
  assert.ok(rig.isReleased(refused!), 'it was not released')
  assert.ok(rig.outcome(good!)?.error === null, 'the other partition failed with it')
}

async function takesDuplicates(make: MakeSender): Promise<void> {
  const rig = new SenderRig(make)
  const [batch] = (await rig.add(0, 1)) as [KitBatch]
  rig.network.requests[0]!.replyToAll('DUPLICATE_SEQUENCE_NUMBER', 77n)
  await rig.turn()
  const outcome = rig.outcome(batch)
  assert.ok(outcome?.error === null, 'it is in the log, and failed')
  assert.equal(outcome.baseOffset, -1n)
}

/** A broker that refuses, loses answers and closes connections, before or after it has written. */
async function keepsOrder(make: MakeSender, seed: number): Promise<void> {
  const rig = new SenderRig(make)
  const log = new KitLog()
  const numbers = seededRandom(seed)
  const below = (count: number): number => Math.floor(numbers() * count)
  const batches: KitBatch[] = []
  for (let step = 0; step < 30; step++) {
    batches.push(...(await rig.add(0, below(3))))
    const [request] = rig.network.unanswered
    if (request !== undefined) misbehave(rig, log, request, below(6))
    await rig.pass(step % 2 === 0 ? 0 : 150)
  }
  // Now all is well.
  for (let idle = 0; idle < 3;) {
    const [request] = rig.network.unanswered
    if (request !== undefined) misbehave(rig, log, request, 5)
    idle = request === undefined ? idle + 1 : 0
    await rig.pass(request === undefined ? 2_000 : 0)
  }
  const names = batches.map(({ name }) => name)
  assert.deepEqual(log.firstCopies, names, `lost or out of order (seed ${seed})`)
  for (const batch of batches)
    assert.ok(rig.outcome(batch)?.error === null, `${batch.name} is in the log and failed`)
}

function misbehave(rig: SenderRig, log: KitLog, request: KitRequest, how: number): void {
  if (how === 0) return request.replyToAll('NOT_ENOUGH_REPLICAS')
  if (how === 1) return rig.network.reset(1)
  const replies = request.batches.map((batch) => log.append(batch))
  if (how === 2) return rig.network.reset(1)
  if (how === 3) return request.replyToAll('REQUEST_TIMED_OUT')
  request.reply(replies)
}

function bound(requests: readonly KitRequest[]) {
  return requests.map((request) => ({
    batches: request.batches,
    reply: request.reply.bind(request),
  }))
}
