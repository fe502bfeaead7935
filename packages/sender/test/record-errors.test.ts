import { expect, test } from 'vitest'
import { SenderWorld } from './sender-world.js'

const values = ['0', '1', '2', '3', '4']

async function refused(records: Record<number, string | null>) {
  const world = new SenderWorld({ batchRecords: values.length })
  const sent = await world.sendAll(0, values)
  world.call().refuse('INVALID_RECORD', { message: 'One or more records', records })
  await world.settle()
  return { world, sent, errors: sent.map(({ error }) => error!) }
}

test('records that a broker names fail with what it said of them, the others of their batch with the advice to send again', async () => {
  const { world, sent, errors } = await refused({
    1: 'Compacted topic cannot accept message without key',
    4: null,
  })
  for (const error of errors)
    expect(error).toMatchObject({ code: 'INVALID_RECORD', persisted: 'no', attempts: 1, broker: 1 })
  const said = errors.map(({ message }) => message)
  expect(said[1]).toMatch(
    /of this record it said: Compacted topic cannot accept message without key$/,
  )
  expect(said[4]).toMatch(/of this record it said: nothing$/)
  for (const at of [0, 2, 3])
    expect(said[at]).toMatch(
      /nothing is wrong with this record, but with 2 of the 5 in its batch: send it again$/,
    )
  expect(world.settled).toEqual(sent)
  expect(sent.map(({ settled }) => settled)).toEqual([1, 1, 1, 1, 1])
  expect(world.released).toEqual([1])
})

test('a broker that names only records which are not there fails the batch as a whole', async () => {
  const { sent } = await refused({ 7: 'no such record', [-1]: 'nor this' })
  for (const { settled, error } of sent) {
    expect(settled).toBe(1)
    expect(error!.message).not.toContain('in its batch')
  }
})

test('a refusal that names no record is that of every record', async () => {
  const { errors } = await refused({})
  for (const { message } of errors) expect(message).not.toContain('send it again')
})

test('records sent behind those that a broker refused by name go on', async () => {
  const { world } = await refused({ 0: 'bad' })
  const [next] = await world.sendAll(0, ['next'])
  await world.advance(1_000)
  world.call().ok(9n)
  await world.settle()
  expect(next!.offset).toBe(9n)
})
