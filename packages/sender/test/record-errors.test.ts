import { expect, test } from 'vitest'
import { partitionResponse } from './produce-call.js'
import { SenderWorld } from './sender-world.js'

const values = ['0', '1', '2', '3', '4']
const eachOf = [0, 1, 2, 3, 4]

async function refused(records: Record<number, string | null>, count = values.length) {
  const world = new SenderWorld({ batchRecords: count })
  const sent = await world.sendAll(0, values.slice(0, count))
  world.call().refuse('INVALID_RECORD', { message: 'One or more records', records })
  await world.settle()
  return { world, sent, errors: sent.map(({ error }) => error) }
}

test('a record that a broker names fails with what the broker said of it', async () => {
  const { errors } = await refused({
    1: 'Compacted topic cannot accept message without key',
    4: null,
  })
  for (const at of [1, 4])
    expect(errors[at]).toMatchObject({
      code: 'INVALID_RECORD',
      persisted: 'no',
      attempts: 1,
      broker: 1,
    })
  expect(errors[1]!.message).toMatch(
    /of this record it said: Compacted topic cannot accept message without key$/,
  )
  expect(errors[4]!.message).toMatch(/of this record it said: nothing$/)
})

test('the records of a batch that a broker does not name go again in order, and are told their offsets', async () => {
  const { world, sent } = await refused({ 1: 'bad', 4: null })
  expect(world.settled.map(({ value }) => value)).toEqual(['1', '4'])
  expect(world.released).toEqual([])
  expect(world.onTheWay).toEqual([['0', '2', '3']])
  world.call().ok(40n)
  expect(sent.map(({ offset }) => offset)).toEqual([40n, null, 41n, 42n, null])
  expect(sent.map(({ settled }) => settled)).toEqual([1, 1, 1, 1, 1])
  expect(world.released).toEqual([1])
})

test('a broker that names only records which are not there fails the batch as a whole', async () => {
  const { world, errors } = await refused({ 7: 'no such record', [-1]: 'nor this' })
  expect(errors.map((error) => error?.code)).toEqual(eachOf.map(() => 'INVALID_RECORD'))
  expect(world.onTheWay).toEqual([])
  expect(world.released).toEqual([1])
})

test('a broker that names all records fails each with what it said of it', async () => {
  const { world, errors } = await refused({ 0: 'zero', 1: 'one', 2: 'two', 3: 'three', 4: 'four' })
  const words = ['zero', 'one', 'two', 'three', 'four']
  for (const at of eachOf)
    expect(errors[at]!.message.endsWith(`of this record it said: ${words[at]}`)).toBe(true)
  expect(world.onTheWay).toEqual([])
  expect(world.released).toEqual([1])
})

test('the only record of its batch fails, and nothing is sent again', async () => {
  const { world, errors } = await refused({ 0: 'bad' }, 1)
  expect(errors[0]!.message).toMatch(/of this record it said: bad$/)
  expect(world.onTheWay).toEqual([])
  expect(world.released).toEqual([1])
})

test('a record that a broker names a thousand times fails once, and the others go again', async () => {
  const world = new SenderWorld({ batchRecords: values.length })
  const sent = await world.sendAll(0, values)
  const [topic] = world.call().request.topicData
  const recordErrors = Array.from({ length: 1_000 }, (_, at) => ({
    batchIndex: at % 2 === 0 ? 3 : 5,
    batchIndexErrorMessage: 'bad',
  }))
  world.call().respond({
    responses: [{ ...topic!, partitionResponses: [partitionRefused(recordErrors)] }],
    throttleTimeMs: 0,
    nodeEndpoints: [],
  })
  await world.settle()
  expect(world.onTheWay).toEqual([['0', '1', '2', '4']])
  world.call().ok(7n)
  expect(sent.map(({ settled }) => settled)).toEqual([1, 1, 1, 1, 1])
  expect(sent.map(({ offset }) => offset)).toEqual([7n, 8n, 9n, null, 10n])
})

test('a refusal that names no record is that of every record', async () => {
  const { world, errors } = await refused({})
  for (const error of errors) expect(error!.message).toContain('One or more records')
  expect(world.onTheWay).toEqual([])
})

/** Each second of a thousand records is refused. @returns the errors, and what the front was told of them */
async function manyRefused(said: (at: number) => string) {
  const world = new SenderWorld({ batchRecords: 1_000 })
  const sent = await world.sendAll(
    0,
    Array.from({ length: 1_000 }, (_, at) => String(at)),
  )
  const records = Object.fromEntries(
    sent.flatMap((_, at) => (at % 2 === 0 ? [] : [[at, said(at)] as const])),
  )
  world.call().refuse('INVALID_RECORD', { message: 'One or more records', records })
  const errors = sent.flatMap(({ error }) => (error === null ? [] : [error]))
  expect(errors).toHaveLength(500)
  return { errors, failures: world.settledMessages.map(({ failure }) => failure!) }
}

test('hundreds of records of which a broker says the same share one error, which is made once', async () => {
  const { errors, failures } = await manyRefused(() => 'it has no key')
  expect(new Set(errors).size).toBe(1)
  expect(new Set(failures).size).toBe(1)
})

test('hundreds of records of which a broker says different things share what is common to their errors', async () => {
  const { errors, failures } = await manyRefused((at) => `record ${at} is late`)
  expect(errors[499]!.message).toMatch(/record 999 is late$/)
  expect(new Set(errors).size).toBe(500)
  expect(new Set(errors.map(({ cause }) => cause)).size).toBe(1)
  expect(new Set(failures.map(({ cause }) => cause)).size).toBe(1)
})

function partitionRefused(
  recordErrors: readonly { batchIndex: number; batchIndexErrorMessage: string | null }[],
) {
  return { ...partitionResponse(0, { code: 'INVALID_RECORD' }), recordErrors: [...recordErrors] }
}
