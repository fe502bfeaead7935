import { describe, expect, test } from 'vitest'
import { never, TransactionWorld } from '../transaction-world.js'
import { lost, refused } from './replies.js'

describe.each([1, 2] as const)('version %i', (version) => {
  test('a commit that is called again after it may have been carried out, and was fenced, says the same and asks nobody', async () => {
    const world = await TransactionWorld.openWithRecord({ version })
    world.answer('EndTxn', lost, ...Array.from({ length: 3 }, () => refused('PRODUCER_FENCED')))
    world.passTo('Ongoing')
    await world.commit()
    await world.advance(200)
    world.requests()
    for (let call = 0; call < 2; call++)
      expect((await world.commit()).error).toMatchObject({
        code: 'PRODUCER_FENCED',
        fatal: true,
        persisted: 'possibly',
        message: expect.stringContaining('another producer with transactionalId tx-1 was started'),
      })
    expect((await world.abort()).code).toBe('PRODUCER_FENCED')
    expect(world.requests()).toEqual([])
  })

  test('a commit without an answer that is refused when it is repeated may be committed yet, and the abort makes a late one harmless', async () => {
    const world = await TransactionWorld.openWithRecord({ version })
    world.answer('EndTxn', lost, refused('TRANSACTION_ABORTABLE'))
    const commit = await world.commit()
    await world.advance(200)
    const unsure = {
      code: 'TRANSACTION_ABORTABLE',
      abortable: true,
      persisted: 'possibly',
      cause: { code: 'TRANSACTION_ABORTABLE' },
    }
    expect(commit.error).toMatchObject(unsure)
    expect((await world.commit()).error).toMatchObject({ ...unsure, cause: expect.anything() })
    world.requests()
    expect((await world.abort()).code).toBe('resolved')
    await world.begin()
    // In version 2 the answer to the abort brings the next epoch; in version 1 it has to be asked for.
    expect(world.requestsBut('Find')).toEqual([
      'EndTxn 7/0 abort',
      ...(version === 1 ? ['DescribeTransactions tx-1', 'InitProducerId 7/0'] : []),
    ])
  })

  test('a commit that is called again after the producer was closed in the middle of it may still be committed', async () => {
    const world = await TransactionWorld.openWithRecord({ version })
    world.answer('EndTxn', never)
    await world.commit()
    void world.accumulator.front.close()
    world.held('EndTxn').fail('PRODUCER_CLOSED', true)
    await world.settle()
    expect((await world.commit()).error).toMatchObject({
      code: 'PRODUCER_CLOSED',
      persisted: 'possibly',
    })
  })
})

test('in version 1 a commit without an answer that is refused as one of an old epoch after the time-out may be committed, though the producer goes on', async () => {
  const world = await TransactionWorld.openWithRecord({ transactionTimeoutMs: 5_000 })
  const old = refused('PRODUCER_FENCED')
  world.answer('EndTxn', never, old, old)
  world.passTo('CompleteAbort')
  const commit = await world.commit()
  await world.advance(6_000)
  world.held('EndTxn').lose()
  await world.advance(200)
  const unsure = { code: 'TRANSACTION_ABORTABLE', persisted: 'possibly' }
  expect(commit.error).toMatchObject(unsure)
  world.requests()
  // Called again, it ends nothing else, and knows no more.
  for (let call = 0; call < 2; call++) expect((await world.commit()).error).toMatchObject(unsure)
  expect((await world.sendOffsets()).error).toMatchObject({ persisted: 'no' })
  expect(world.requests()).toEqual([])
  expect((await world.abort()).code).toBe('resolved')
  expect((await world.commit()).code).toBe('ILLEGAL_STATE')
  expect(world.last('InitProducerId').toString()).toBe('InitProducerId 7/1')
  await world.begin()
  await world.sendAll(0, ['next'])
  world.answer('Produce', (call) => call.refuse('INVALID_RECORD'))
  await world.sendAll(0, ['refused'])
  expect((await world.commit()).error).toMatchObject({ persisted: 'no' })
})
