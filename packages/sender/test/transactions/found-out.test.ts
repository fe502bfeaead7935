import type { ErrorCode } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import { never, TransactionWorld } from '../transaction-world.js'
import { apis, asked, askers, pairs } from './askers.js'
import { refused } from './replies.js'

/** An abort, and what the coordinator is asked after it, tells whether the producer is fenced. */
const foundOut = [
  'PRODUCER_FENCED',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_TXN_STATE',
  'INVALID_PRODUCER_ID_MAPPING',
  'UNKNOWN_PRODUCER_ID',
] as const

const isOldEpoch = (code: ErrorCode): boolean =>
  code === 'PRODUCER_FENCED' || code === 'INVALID_PRODUCER_EPOCH'

describe('what the coordinator alone can tell', () => {
  /** The error of a producer that was refused so, and goes on. */
  const goingOn = (code: ErrorCode): object =>
    code === 'INVALID_TXN_STATE' || isOldEpoch(code)
      ? {
          code: 'TRANSACTION_ABORTABLE',
          message:
            'TRANSACTION_ABORTABLE: the coordinator has aborted the transaction, as it does after transactionTimeoutMs (60000); make transactions shorter, or raise transactionTimeoutMs',
          cause: { code },
        }
      : { code }

  test.each(pairs(apis, foundOut))(
    '%s that is answered %s: the transaction was only aborted',
    async (api, code) => {
      const world = await TransactionWorld.openWithRecord()
      world.answer(api, refused(code))
      world.answer('EndTxn', refused('INVALID_TXN_STATE'))
      await askers[api](world)
      expect(world.requests().slice(-3)).toEqual([
        'EndTxn 7/0 abort',
        'DescribeTransactions tx-1',
        'InitProducerId 7/0',
      ])
      expect((await world.commit()).error).toMatchObject({
        code: 'TRANSACTION_ABORTABLE',
        persisted: 'no',
        cause: goingOn(code),
      })
      expect((await world.abort()).code).toBe('resolved')
      const [sent, commit] = await world.oneMore()
      expect([sent.error, commit.code]).toEqual([null, 'resolved'])
    },
  )

  test.each(pairs(apis, foundOut))(
    '%s that is answered %s: another producer has begun',
    async (api, code) => {
      const world = await TransactionWorld.openWithRecord()
      world.answer(api, refused(code))
      world.answer('EndTxn', refused('PRODUCER_FENCED'))
      world.passTo('Ongoing')
      await askers[api](world)
      expect((await world.commit()).error).toMatchObject({ code: 'PRODUCER_FENCED', fatal: true })
      expect((await world.begin()).code).toBe('PRODUCER_FENCED')
      expect(asked(world, 'InitProducerId')).toHaveLength(1)
    },
  )

  test.each(foundOut)(
    'a commit that is answered %s: the transaction was only aborted',
    async (code) => {
      const world = await TransactionWorld.openWithRecord()
      world.answer('EndTxn', refused(code), refused('INVALID_TXN_STATE'))
      expect((await world.commit()).error).toMatchObject({
        code: 'TRANSACTION_ABORTABLE',
        abortable: true,
        persisted: 'no',
        cause: goingOn(code),
      })
      expect(world.requests()).toEqual([
        'EndTxn 7/0 commit',
        'EndTxn 7/0 abort',
        'DescribeTransactions tx-1',
        'InitProducerId 7/0',
      ])
      expect((await world.abort()).code).toBe('resolved')
      const [sent, commit] = await world.oneMore()
      expect([sent.error, commit.code]).toEqual([null, 'resolved'])
    },
  )

  test.each(foundOut)('an abort that is answered %s resolves with another epoch', async (code) => {
    const world = await TransactionWorld.openWithRecord()
    world.answer('EndTxn', refused(code))
    if (isOldEpoch(code)) world.passTo('CompleteAbort')
    expect((await world.abort()).code).toBe('resolved')
    const asking = isOldEpoch(code)
      ? ['DescribeTransactions tx-1', 'InitProducerId 7/1']
      : ['DescribeTransactions tx-1', 'InitProducerId 7/0']
    expect(world.requests()).toEqual(['EndTxn 7/0 abort', ...asking])
  })

  test.each(foundOut)(
    'a batch that is answered %s fails with all its records, whichever the leader names',
    async (code) => {
      const world = await TransactionWorld.open({ batchRecords: 2 })
      world.answer('Produce', (call) => call.refuse(code, { records: { 1: 'this one' } }))
      const sent = await world.sendAll(0, ['a', 'b'])
      for (const { error } of sent)
        expect(error).toMatchObject({ code: 'TRANSACTION_ABORTABLE', fatal: false })
    },
  )

  test.each(foundOut)(
    'a batch that is answered %s while the transaction is being aborted does not end the producer',
    async (code) => {
      const world = await TransactionWorld.openWithRecord()
      world.answer('Produce', never)
      const [sent] = await world.sendAll(0, ['in flight'])
      const abort = await world.abort()
      world.network.calls.at(-1)!.refuse(code)
      await world.settle()
      expect(sent!.error).toMatchObject({ code: 'TRANSACTION_ABORTABLE', fatal: false })
      expect(abort.code).toBe('resolved')
    },
  )

  test.each(foundOut)(
    'a batch that is answered %s fails, and the transaction can only be aborted',
    async (code) => {
      const world = await TransactionWorld.openWithRecord()
      world.answer('Produce', (call) => call.refuse(code))
      const [sent] = await world.sendAll(0, ['refused'])
      expect(sent!.error).toMatchObject({
        code: 'TRANSACTION_ABORTABLE',
        fatal: false,
        persisted: 'no',
        attempts: 1,
        cause: { code },
      })
      expect((await world.commit()).error).toMatchObject({
        code: 'TRANSACTION_ABORTABLE',
        abortable: true,
      })
      expect((await world.abort()).code).toBe('resolved')
      const [again, commit] = await world.oneMore()
      expect([again.error, commit.code]).toEqual([null, 'resolved'])
    },
  )
})
