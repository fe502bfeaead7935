import { describe, expect, test } from 'vitest'
import { never, offsetsOf, TransactionWorld } from '../transaction-world.js'

test('everything that is known of the group and its offsets is on the wire', async () => {
  const world = await TransactionWorld.open()
  const offset = { topic: 'orders', leaderEpoch: 3, metadata: 'note' }
  const sent = await world.sendOffsets({
    groupId: 'readers',
    memberId: 'member-1',
    generationId: 4,
    groupInstanceId: 'instance-1',
    offsets: [
      { ...offset, partition: 0, offset: 10n },
      { ...offset, topic: 'others', partition: 2, offset: 30n, leaderEpoch: -1, metadata: null },
      { ...offset, partition: 1, offset: 9_007_199_254_740_993n },
    ],
  })
  expect(sent.code).toBe('resolved')
  expect(world.last('TxnOffsetCommit')).toMatchObject({
    node: 3,
    request: {
      transactionalId: 'tx-1',
      producerId: 7n,
      producerEpoch: 0,
      groupId: 'readers',
      memberId: 'member-1',
      generationId: 4,
      groupInstanceId: 'instance-1',
      topics: [
        {
          name: 'orders',
          partitions: [
            {
              partitionIndex: 0,
              committedOffset: 10n,
              committedLeaderEpoch: 3,
              committedMetadata: 'note',
            },
            { partitionIndex: 1, committedOffset: 9_007_199_254_740_993n },
          ],
        },
        {
          name: 'others',
          partitions: [
            {
              partitionIndex: 2,
              committedOffset: 30n,
              committedLeaderEpoch: -1,
              committedMetadata: null,
            },
          ],
        },
      ],
    },
  })
  expect(world.last('AddOffsetsToTxn')).toMatchObject({
    node: 2,
    request: { transactionalId: 'tx-1', producerId: 7n, producerEpoch: 0, groupId: 'readers' },
  })
})

test('in version 1 a group is added once in a transaction, each of several, and again in the next', async () => {
  const world = await TransactionWorld.open()
  await world.sendOffsets()
  await world.sendOffsets()
  await world.sendOffsets(offsetsOf('others'))
  await world.commit()
  await world.begin()
  await world.sendOffsets()
  expect(world.requestsBut('FindCoordinator')).toEqual([
    'AddOffsetsToTxn 7/0 readers',
    'TxnOffsetCommit 7/0 readers',
    'TxnOffsetCommit 7/0 readers',
    'AddOffsetsToTxn 7/0 others',
    'TxnOffsetCommit 7/0 others',
    'EndTxn 7/0 commit',
    'AddOffsetsToTxn 7/0 readers',
    'TxnOffsetCommit 7/0 readers',
  ])
})

describe.each([1, 2] as const)('version %i', (version) => {
  test('a transaction of offsets alone is committed', async () => {
    const world = await TransactionWorld.open({ version })
    await world.sendOffsets()
    world.requests()
    expect((await world.commit()).code).toBe('resolved')
    expect(world.requests()).toEqual(['EndTxn 7/0 commit'])
  })

  test.each(['commit', 'abort'] as const)(
    'offsets that nobody has awaited are waited for by the %s',
    async (end) => {
      const world = await TransactionWorld.openWithRecord({ version })
      world.answer('TxnOffsetCommit', never)
      const offsets = await world.sendOffsets()
      world.requests()
      const ending = await world[end]()
      await world.advance(1_000)
      expect(ending.state).toBe('pending')
      expect(world.requests()).toEqual([])
      world.held('TxnOffsetCommit').ok()
      await world.settle()
      expect([offsets.code, ending.code]).toEqual(['resolved', 'resolved'])
      expect(world.requests()).toEqual([`EndTxn 7/0 ${end}`])
    },
  )

  test('offsets that nobody has awaited and that are refused have the commit refused', async () => {
    const world = await TransactionWorld.openWithRecord({ version })
    world.answer('TxnOffsetCommit', never)
    const offsets = await world.sendOffsets()
    const commit = await world.commit()
    world.held('TxnOffsetCommit').refuse('ILLEGAL_GENERATION')
    await world.settle()
    expect(offsets.error).toMatchObject({ code: 'ILLEGAL_GENERATION', abortable: true })
    expect(commit.error).toMatchObject({
      code: 'TRANSACTION_ABORTABLE',
      persisted: 'no',
      cause: { code: 'ILLEGAL_GENERATION' },
    })
    expect((await world.abort()).code).toBe('resolved')
  })

  test('offsets that are on their way when the abort is wanted are not sent again', async () => {
    const world = await TransactionWorld.openWithRecord({ version })
    world.answer('TxnOffsetCommit', never)
    const offsets = await world.sendOffsets()
    world.requests()
    const abort = await world.abort()
    world.held('TxnOffsetCommit').refuse('COORDINATOR_LOAD_IN_PROGRESS')
    await world.advance(1_000)
    expect([offsets.state, abort.code]).toEqual(['rejected', 'resolved'])
    expect(world.requests()).toEqual(['EndTxn 7/0 abort'])
  })

  test('a partition that the answer lacks was not committed, and all are sent again', async () => {
    const world = await TransactionWorld.open({ version })
    world.answer('TxnOffsetCommit', (call) => call.ok({ topics: [] }))
    const offsets = await world.sendOffsets()
    expect(offsets.state).toBe('pending')
    await world.advance(100)
    expect(offsets.code).toBe('resolved')
  })

  test('one partition that is refused has the offsets refused', async () => {
    const world = await TransactionWorld.open({ version })
    const offset = { topic: 'orders', offset: 1n, leaderEpoch: -1, metadata: null }
    const partitions = [
      { partitionIndex: 0, errorCode: 0 },
      { partitionIndex: 1, errorCode: 29 },
      { partitionIndex: 2, errorCode: 14 },
    ]
    world.answer('TxnOffsetCommit', (call) => call.ok({ topics: [{ name: 'orders', partitions }] }))
    const { error } = await world.sendOffsets({
      offsets: [0, 1, 2].map((partition) => ({ ...offset, partition })),
    })
    expect(error).toMatchObject({ code: 'TOPIC_AUTHORIZATION_FAILED', abortable: true })
  })

  test('offsets that cannot be added within the time of a transaction are given up', async () => {
    const world = await TransactionWorld.open({ version, transactionTimeoutMs: 5_000 })
    world.answer(
      'TxnOffsetCommit',
      ...Array.from(
        { length: 100 },
        () => (call: { refuse(code: 'UNSTABLE_OFFSET_COMMIT'): void }) =>
          call.refuse('UNSTABLE_OFFSET_COMMIT'),
      ),
    )
    const offsets = await world.sendOffsets()
    await world.advance(7_000)
    expect(offsets.error).toMatchObject({
      code: 'TRANSACTION_ABORTABLE',
      cause: { code: 'UNSTABLE_OFFSET_COMMIT' },
    })
    expect((await world.abort()).code).toBe('resolved')
  })
})

test('offsets go in the order of the calls, so that an earlier one that is sent again replaces no later one', async () => {
  const world = await TransactionWorld.open()
  const at = (offset: bigint) => ({
    offsets: [{ ...offsetsOf('readers').offsets[0]!, offset }],
  })
  world.answer('TxnOffsetCommit', (call) => call.refuse('COORDINATOR_LOAD_IN_PROGRESS'))
  const calls = [await world.sendOffsets(at(10n)), await world.sendOffsets(at(20n))]
  await world.advance(200)
  expect(calls.map(({ code }) => code)).toEqual(['resolved', 'resolved'])
  const sent = world.network.coordinatorCalls.filter(({ api }) => api === 'TxnOffsetCommit')
  expect(sent.map(({ request }) => request.topics[0]!.partitions)).toMatchObject([
    [{ committedOffset: 10n }],
    [{ committedOffset: 10n }],
    [{ committedOffset: 20n }],
  ])
})

test('offsets behind some that are refused are not sent', async () => {
  const world = await TransactionWorld.open({ version: 2 })
  world.answer('TxnOffsetCommit', never)
  const calls = [await world.sendOffsets(), await world.sendOffsets()]
  world.held('TxnOffsetCommit').refuse('ILLEGAL_GENERATION')
  await world.settle()
  expect(calls.map(({ code }) => code)).toEqual(['ILLEGAL_GENERATION', 'TRANSACTION_ABORTABLE'])
  expect(world.requestsBut('FindCoordinator')).toEqual(['TxnOffsetCommit 7/0 readers'])
})

test('a transaction that is begun while it is found out what has become of the one before waits for that', async () => {
  const world = await TransactionWorld.openWithRecord()
  world.answer('AddOffsetsToTxn', (call) => call.refuse('INVALID_TXN_STATE'))
  world.answer('EndTxn', never)
  const offsets = await world.sendOffsets()
  const begun = await world.begin()
  expect([offsets.state, begun.state]).toEqual(['pending', 'pending'])
  world.held('EndTxn').ok()
  await world.settle()
  expect([offsets.code, begun.code]).toEqual(['TRANSACTION_ABORTABLE', 'resolved'])
})

test('two refusals at once are found out together', async () => {
  const world = await TransactionWorld.openWithRecord()
  world.answer('AddOffsetsToTxn', never)
  world.answer('AddPartitionsToTxn', never)
  const offsets = await world.sendOffsets()
  const [sent] = await world.sendAll(1, ['a'])
  world.requests()
  world.held('AddOffsetsToTxn').refuse('INVALID_TXN_STATE')
  world.held('AddPartitionsToTxn').refuse('INVALID_TXN_STATE')
  await world.settle()
  expect(world.requests()).toEqual(['EndTxn 7/0 abort'])
  expect([offsets.code, sent!.error?.code]).toEqual([
    'TRANSACTION_ABORTABLE',
    'TRANSACTION_ABORTABLE',
  ])
})

test('a commit that waits for offsets waits until it is found out what has become of the transaction, too', async () => {
  const world = await TransactionWorld.openWithRecord()
  world.answer('TxnOffsetCommit', never)
  await world.sendOffsets()
  const commit = await world.commit()
  world.answer('EndTxn', never)
  world.held('TxnOffsetCommit').refuse('INVALID_TXN_STATE')
  await world.settle()
  expect(commit.state).toBe('pending')
  world.held('EndTxn').refuse('INVALID_TXN_STATE')
  await world.settle()
  expect(commit.error).toMatchObject({ code: 'TRANSACTION_ABORTABLE', persisted: 'no' })
  expect(world.last('EndTxn').request.committed).toBe(false)
  expect((await world.abort()).code).toBe('resolved')
})

test('offsets that are refused after the abort is wanted do not stop it', async () => {
  const world = await TransactionWorld.openWithRecord()
  world.answer('TxnOffsetCommit', never)
  const offsets = await world.sendOffsets()
  const abort = await world.abort()
  world.held('TxnOffsetCommit').refuse('PRODUCER_FENCED')
  await world.settle()
  expect([offsets.code, abort.code]).toEqual(['TRANSACTION_ABORTABLE', 'resolved'])
})
