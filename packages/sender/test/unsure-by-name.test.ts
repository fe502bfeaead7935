import { expect, test } from 'vitest'
import { BrokerLog } from './broker-log.js'
import { World } from './world.js'

test('what a topic missed that was away for a moment is not acknowledged for what it has behind that', async () => {
  const world = new World()
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
