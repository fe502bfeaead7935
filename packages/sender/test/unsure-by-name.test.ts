import { expect, test } from 'vitest'
import { BrokerLog } from './broker-log.js'
import { SenderWorld } from './sender-world.js'

test('a batch that a topic missed while it was away is not acknowledged for a batch that it has behind it', async () => {
  const world = new SenderWorld()
  world.network.produceVersion = 12
  await world.openGate()
  const [missed, written] = await world.sendAll(0, ['missed', 'written'])
  // The topic was deleted when the first was read, and created again when the second was.
  const log = new BrokerLog()
  log.append(world.calls()[1]!.batches[0]!)
  world.network.down(1)
  world.network.up(1)
  await world.advance(1_200)
  for (let round = 0; round < 5; round++) {
    for (const call of world.calls()) {
      const result = log.append(call.batches[0]!)
      call.reply({ 0: result.code === null ? { offset: result.offset } : { code: result.code } })
    }
    await world.advance(1_200)
  }
  expect(missed!.error).toMatchObject({
    code: 'OUT_OF_ORDER_SEQUENCE_NUMBER',
    persisted: 'possibly',
  })
  expect([log.values, written!.offset]).toEqual([['written'], 0n])
})

test.each([
  ['by name', 12, 'possibly'],
  ['by id', 13, 'no'],
] as const)(
  'a missing sequence before a batch sent %s without an answer proves what there is to prove',
  async (_, produceVersion, persisted) => {
    const world = new SenderWorld()
    world.network.produceVersion = produceVersion
    await world.openGate()
    const [, later] = await world.sendAll(0, ['refused', 'later'])
    const [refused, unsure] = world.calls()
    refused!.refuse('INVALID_RECORD')
    unsure!.refuse('REQUEST_TIMED_OUT')
    for (const code of ['OUT_OF_ORDER_SEQUENCE_NUMBER', 'INVALID_RECORD'] as const) {
      await world.advance(1_200)
      world.call().refuse(code)
    }
    await world.settle()
    expect(later!.error).toMatchObject({ code: 'INVALID_RECORD', persisted })
  },
)
