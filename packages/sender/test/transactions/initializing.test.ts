import { describe, expect, test } from 'vitest'
import { TransactionWorld } from '../transaction-world.js'
import { refused } from './replies.js'

describe('a producer that cannot be initialized', () => {
  test.each([
    'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
    'CLUSTER_AUTHORIZATION_FAILED',
    'INVALID_REQUEST',
    'UNSUPPORTED_VERSION',
  ] as const)('is told %s, and the next call tries again', async (code) => {
    const world = new TransactionWorld()
    world.answer('InitProducerId', refused(code), refused(code))
    expect((await world.initialize()).error).toMatchObject({
      code,
      message: `${code}: the coordinator gave no producer id for transactionalId tx-1 (InitProducerId)`,
    })
    expect((await world.begin()).code).toBe(code)
    expect((await world.begin()).code).toBe('resolved')
  })

  test.each([
    'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
    'TRANSACTION_ABORTABLE',
    'INVALID_REQUEST',
  ] as const)('is told %s of its coordinator, and the next call tries again', async (code) => {
    const world = new TransactionWorld()
    world.answer('FindCoordinator', refused(code))
    const { error } = await world.initialize()
    expect(error).toMatchObject({
      code,
      cause: { message: expect.stringContaining('FindCoordinator') },
    })
    expect((await world.initialize()).code).toBe('resolved')
  })

  test('is told both settings where its time-out is over that of the brokers', async () => {
    const world = new TransactionWorld({ transactionTimeoutMs: 3_600_000 })
    world.answer('InitProducerId', refused('INVALID_TRANSACTION_TIMEOUT'))
    expect((await world.initialize()).error).toMatchObject({
      code: 'INVALID_TRANSACTION_TIMEOUT',
      message:
        'INVALID_TRANSACTION_TIMEOUT: transactionTimeoutMs (3600000) is over transaction.max.timeout.ms of the brokers; lower the one or raise the other',
    })
  })

  test.each(['PRODUCER_FENCED', 'INVALID_PRODUCER_EPOCH'] as const)(
    'for the next transaction since %s is fenced',
    async (code) => {
      const world = await TransactionWorld.open()
      await world.commit()
      world.clusterVersion = 2
      world.answer('InitProducerId', refused(code))
      expect((await world.begin()).error).toMatchObject({ code: 'PRODUCER_FENCED', fatal: true })
      expect((await world.initialize()).code).toBe('PRODUCER_FENCED')
    },
  )

  test('for the next transaction may try again', async () => {
    const world = await TransactionWorld.open()
    await world.commit()
    world.clusterVersion = 2
    world.answer('InitProducerId', refused('INVALID_REQUEST'))
    expect((await world.begin()).code).toBe('INVALID_REQUEST')
    const [sent, commit] = await world.oneMore()
    expect([sent.error, commit.code]).toEqual([null, 'resolved'])
    expect(
      world.network.coordinatorCalls.filter(({ api }) => api === 'InitProducerId').map(String),
    ).toEqual(['InitProducerId -1/-1', 'InitProducerId 7/0', 'InitProducerId 7/0'])
  })
})
