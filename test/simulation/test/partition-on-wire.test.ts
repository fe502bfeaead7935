import { expect, test } from 'vitest'
import { PartitionOnWire } from '../src/judge/wire/partition-on-wire.js'
import type { BatchAnswer, WireBatch } from '../src/judge/wire/wire-batch.js'

const ok: BatchAnswer = { code: null, offset: 0n }
const refused: BatchAnswer = { code: 'NOT_ENOUGH_REPLICAS', offset: -1n }

function batch(
  sequence: number,
  ids: readonly number[],
  other: Partial<WireBatch> = {},
): WireBatch {
  const bytes = Uint8Array.from([sequence, ...ids])
  const place = { place: 'a-0', node: 0, connection: 1, leader: 'first/0' }
  return { ...place, producerId: 7n, epoch: 0, sequence, ids, bytes, ...other }
}

/** A partition of which one batch was sent and acknowledged. */
function opened(): PartitionOnWire {
  const partition = new PartitionOnWire()
  answered(partition, batch(0, [0]), ok)
  return partition
}

function answered(partition: PartitionOnWire, sent: WireBatch, answer: BatchAnswer): void {
  expect(partition.sent(sent, 2)).toEqual([])
  partition.answered(sent, answer, 3)
}

test('behind an OK five batches may be in flight, and no sixth', () => {
  const partition = opened()
  for (const id of [1, 2, 3, 4, 5]) expect(partition.sent(batch(id, [id]), 2)).toEqual([])
  expect(partition.sent(batch(6, [6]), 2)).toEqual(['a-0 at 2: 6 as 7/0/6 is the 6th in flight'])
})

test.each([
  ['before any OK', () => new PartitionOnWire(), batch(0, [0]), batch(1, [1])],
  ['on another connection', opened, batch(1, [1]), batch(2, [2], { connection: 2 })],
  ['at another leader', opened, batch(1, [1]), batch(2, [2], { leader: 'first/1' })],
  ['in another epoch', opened, batch(0, [1], { epoch: 1 }), batch(1, [2], { epoch: 1 })],
])('a batch that follows an unanswered one %s is found', (_, make, first, second) => {
  const partition = make()
  expect(partition.sent(first, 2)).toEqual([])
  expect(partition.sent(second, 2).join()).toMatch('follows one that is unanswered')
})

test('after an error, a lost answer or a minute a batch goes alone', () => {
  for (const end of ['error', 'lost', 'late']) {
    const partition = opened()
    if (end === 'error') answered(partition, batch(1, [1]), refused)
    if (end === 'lost') {
      const lost = batch(1, [1])
      partition.sent(lost, 2)
      partition.lost(lost)
    }
    const at = end === 'late' ? 70_000 : 5
    const again = batch(1, [1])
    expect(partition.sent(again, at)).toEqual([])
    expect({ end, found: partition.sent(batch(2, [2]), at).length }).toEqual({ end, found: 1 })
  }
})

test('a repeated batch has the same bytes, and goes alone', () => {
  const partition = opened()
  answered(partition, batch(1, [1]), refused)
  const other = batch(1, [1], { bytes: Uint8Array.from([9]) })
  expect(partition.sent(other, 4).join()).toMatch('differs from what was sent as 1')
  const beside = opened()
  beside.sent(batch(1, [1]), 2)
  expect(beside.sent(batch(1, [1]), 2).join()).toMatch('is sent again beside 1')
})

test('sequences go on without a gap, and begin at 0 in each epoch', () => {
  expect(
    opened()
      .sent(batch(2, [2]), 2)
      .join(),
  ).toMatch('is not 1, which is due')
  expect(
    opened()
      .sent(batch(0, [2]), 2)
      .join(),
  ).toMatch('is not 1, which is due')
  expect(opened().sent(batch(0, [1], { epoch: 1 }), 2)).toEqual([])
  expect(
    opened()
      .sent(batch(1, [1], { epoch: 1 }), 2)
      .join(),
  ).toMatch('is not 0')
})

test('no batch of an old epoch or of an old producer id comes after the new one', () => {
  const partition = opened()
  answered(partition, batch(0, [1], { epoch: 1 }), ok)
  expect(partition.sent(batch(1, [2]), 4).join()).toMatch('comes after epoch 1')
  const other = opened()
  answered(other, batch(0, [1], { producerId: 8n }), ok)
  expect(other.sent(batch(1, [2]), 4).join()).toMatch('has a producer id that was given up')
})

test('the parts of a batch that was too large take its sequences', () => {
  const partition = opened()
  answered(partition, batch(1, [1, 2]), { code: 'MESSAGE_TOO_LARGE', offset: -1n })
  answered(partition, batch(1, [1]), ok)
  answered(partition, batch(2, [2]), ok)
  expect(partition.sent(batch(3, [3]), 4)).toEqual([])
})

test('behind a batch without its refused records the sequences go on where it ends, also when another was divided', () => {
  const partition = opened()
  const [large, bad] = [batch(1, [1, 2]), batch(3, [3, 4])]
  expect([...partition.sent(large, 2), ...partition.sent(bad, 2)]).toEqual([])
  partition.answered(large, { code: 'MESSAGE_TOO_LARGE', offset: -1n }, 3)
  partition.answered(bad, { code: 'INVALID_RECORD', offset: -1n }, 3)
  for (const [sequence, id] of [1, 2].entries()) answered(partition, batch(sequence + 1, [id]), ok)
  answered(partition, batch(3, [4]), ok)
  expect(partition.sent(batch(4, [5]), 4)).toEqual([])
  expect(partition.sent(batch(6, [6]), 4).join()).toMatch('is not 5, which is due')
})

test('without idempotence a batch is alone, and has no sequence', () => {
  const without = { producerId: -1n, epoch: -1 }
  const partition = new PartitionOnWire()
  expect(partition.sent(batch(-1, [1], without), 0)).toEqual([])
  expect(partition.sent(batch(-1, [2], without), 0).join()).toMatch('is not alone')
  expect(new PartitionOnWire().sent(batch(0, [1], without), 0).join()).toMatch('has a sequence')
})
