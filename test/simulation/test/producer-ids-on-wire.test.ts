import { expect, test } from 'vitest'
import { ProducerIdsOnWire } from '../src/judge/wire/producer-ids-on-wire.js'

const refused = { throttleTimeMs: 0, errorCode: 31, producerId: -1n, producerEpoch: -1 }
const given = { throttleTimeMs: 0, errorCode: 0, producerId: 7n, producerEpoch: 0 }

let producer = 0

function judge(isQuiet = false, isIdempotent = true): ProducerIdsOnWire {
  const deps = { now: () => 3, isIdempotent, isQuiet: () => isQuiet, producer: () => producer }
  return new ProducerIdsOnWire(deps)
}

function batchOf(producerId: bigint, epoch: number) {
  const bytes = new Uint8Array()
  const place = { place: 'a-0', node: 0, connection: 1, leader: 'first/0' }
  return { ...place, producerId, epoch, sequence: 0, ids: [4], bytes }
}

test('a producer id may be asked for again when the request before has ended', () => {
  const ids = judge()
  expect(ids.asked(null)).toEqual([])
  ids.lost()
  expect(ids.asked(null)).toEqual([])
  ids.answered(given)
  expect(ids.asked(null)).toEqual([])
})

test('a producer id may not be asked for twice at once', () => {
  const ids = judge()
  ids.asked(null)
  expect(ids.asked(null)).toEqual(['a producer id is asked for 2 times at once at 3'])
})

test('after a refusal a producer id may be asked for only where a record waits', () => {
  for (const isQuiet of [false, true]) {
    const ids = judge(isQuiet)
    expect(ids.asked(null)).toEqual([])
    ids.answered(refused)
    expect(ids.asked(null)).toHaveLength(isQuiet ? 1 : 0)
  }
})

test('the next producer may ask, whatever was told to the one before', () => {
  const ids = judge(true)
  ids.asked(null)
  ids.answered(refused)
  producer++
  expect(ids.asked(null)).toEqual([])
})

test('an answer without a producer id is a refusal', () => {
  const ids = judge(true)
  ids.asked(null)
  ids.answered({ ...given, producerId: -1n })
  expect(ids.asked(null)).toHaveLength(1)
})

test('a batch of an idempotent producer must have a producer id and an epoch', () => {
  expect(judge().used(batchOf(7n, 0))).toEqual([])
  expect(judge().used(batchOf(-1n, -1))).toHaveLength(1)
  expect(judge().used(batchOf(7n, -1))).toHaveLength(1)
  expect(judge(false, false).used(batchOf(-1n, -1))).toEqual([])
})
