import { KafkaError } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import { TransactionWorld } from '../transaction-world.js'

describe('a cluster whose brokers all refuse the credentials', () => {
  const refuseAll = (world: TransactionWorld): void => {
    for (const node of [1, 2, 3]) world.network.down(node)
    world.network.metadata.lastError = new KafkaError(
      'SASL_AUTHENTICATION_FAILED',
      'wrong password',
    )
  }
  const accept = (world: TransactionWorld): void => {
    world.network.metadata.lastError = null
    world.network.up(1, 2, 3)
  }

  test.each(['initialize', 'begin'] as const)(
    'has %s rejected at once, with the reason, and the next call tries again',
    async (call) => {
      const world = new TransactionWorld()
      refuseAll(world)
      const ready = await world[call]()
      expect(ready.error).toMatchObject({
        code: 'SASL_AUTHENTICATION_FAILED',
        message: expect.stringContaining('wrong password'),
      })
      accept(world)
      expect((await world[call]()).code).toBe('resolved')
    },
  )

  test('has it rejected when the refusal comes while it waits', async () => {
    const world = new TransactionWorld()
    for (const node of [1, 2, 3]) world.network.down(node)
    const ready = await world.initialize()
    expect(ready.state).toBe('pending')
    refuseAll(world)
    world.network.changed()
    await world.settle()
    expect(ready.code).toBe('SASL_AUTHENTICATION_FAILED')
  })

  test('is waited for where it only cannot be reached', async () => {
    const world = new TransactionWorld()
    for (const node of [1, 2, 3]) world.network.down(node)
    world.network.metadata.lastError = new KafkaError('CONNECTION_FAILED', 'nobody is there')
    const ready = await world.initialize()
    await world.advance(10_000)
    expect(ready.state).toBe('pending')
    accept(world)
    await world.advance(1_000)
    expect(ready.code).toBe('resolved')
  })

  test('does not end a commit whose coordinator is to be found anew', async () => {
    const world = await TransactionWorld.openWithRecord()
    world.answer('EndTxn', (call) => {
      call.lose()
      refuseAll(world)
    })
    const commit = await world.commit()
    await world.advance(10_000)
    expect(commit.state).toBe('pending')
    accept(world)
    await world.advance(1_000)
    expect(commit.code).toBe('resolved')
  })
})
