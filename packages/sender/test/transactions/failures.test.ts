import { KafkaError } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import { failingCodec } from '../failing-codec.js'
import { never, TransactionWorld, type TransactionWorldOptions } from '../transaction-world.js'

interface Failure {
  readonly options?: TransactionWorldOptions
  /** Has a batch of partition 0 fail. */
  happen(world: TransactionWorld): Promise<unknown>
  /** What the batch is told. */
  readonly code: string
}

const failures: Record<string, Failure> = {
  'is refused': {
    happen: async (world) => {
      world.answer('Produce', (call) => call.refuse('INVALID_RECORD'))
      await world.sendAll(0, ['fails'])
    },
    code: 'INVALID_RECORD',
  },
  'is refused after an attempt without an answer': {
    happen: async (world) => {
      world.answer(
        'Produce',
        (call) => call.fail('CONNECTION_CLOSED', true),
        (call) => call.refuse('INVALID_RECORD'),
      )
      await world.sendAll(0, ['fails'])
      await world.advance(100)
    },
    code: 'INVALID_RECORD',
  },
  'may not be written to its topic': {
    happen: async (world) => {
      world.answer('Produce', (call) => call.refuse('TOPIC_AUTHORIZATION_FAILED'))
      await world.sendAll(0, ['fails'])
    },
    code: 'TOPIC_AUTHORIZATION_FAILED',
  },
  'is too large': {
    happen: async (world) => {
      world.answer('Produce', (call) => call.refuse('MESSAGE_TOO_LARGE'))
      await world.sendAll(0, ['fails'])
    },
    code: 'MESSAGE_TOO_LARGE',
  },
  'was out of order': {
    happen: async (world) => {
      world.answer('Produce', (call) => call.refuse('OUT_OF_ORDER_SEQUENCE_NUMBER'))
      await world.sendAll(0, ['fails'])
    },
    code: 'OUT_OF_ORDER_SEQUENCE_NUMBER',
  },
  'is answered TRANSACTION_ABORTABLE': {
    happen: async (world) => {
      world.answer('Produce', (call) => call.refuse('TRANSACTION_ABORTABLE'))
      await world.sendAll(0, ['fails'])
    },
    code: 'TRANSACTION_ABORTABLE',
  },
  'has no time left': {
    options: { deliveryTimeoutMs: 3_000 },
    happen: async (world) => {
      world.network.down(1)
      await world.sendAll(0, ['fails'])
      await world.advance(3_000)
      world.network.up(1)
    },
    code: 'DELIVERY_TIMEOUT',
  },
  'has no time left in flight': {
    options: { deliveryTimeoutMs: 3_000 },
    happen: async (world) => {
      world.answer('Produce', never)
      await world.sendAll(0, ['fails'])
      await world.advance(3_000)
      world.network.down(1)
      world.network.up(1)
    },
    code: 'DELIVERY_TIMEOUT',
  },
  'is for a broker that refuses the credentials': {
    happen: async (world) => {
      const refusal = new KafkaError('SASL_AUTHENTICATION_FAILED', 'wrong password')
      world.network.refusals.set(1, refusal)
      world.network.down(1)
      await world.sendAll(0, ['fails'])
      world.network.refusals.clear()
      world.network.up(1)
    },
    code: 'SASL_AUTHENTICATION_FAILED',
  },
  'is for a topic that is refused': {
    happen: async (world) => {
      world.network.metadata.setLeader('orders', 0, null)
      world.send(0, 'fails')
      world.network.metadata.refuseTopic('orders', 'TOPIC_AUTHORIZATION_FAILED')
      world.network.changed()
      await world.settle()
      const node1 = { node: 1, epoch: 5 }
      world.network.metadata.setTopic('orders', [node1, node1])
    },
    code: 'TOPIC_AUTHORIZATION_FAILED',
  },
}

// F31: a batch fails in a transaction.
const rows = ([1, 2] as const).flatMap((version) =>
  Object.keys(failures).map((name) => [version, name] as const),
)

describe.each(rows)('in version %i a batch that %s', (version, name) => {
  const { options, happen, code } = failures[name]!
  const failed = async (): Promise<TransactionWorld> => {
    const world = await TransactionWorld.openWithRecord({ version, ...options })
    await happen(world)
    return world
  }

  test('has the transaction aborted, and the next one of the same producer commits', async () => {
    const world = await failed()
    expect(world.settled.at(-1)).toMatchObject({ value: 'fails', error: { code } })
    expect((await world.commit()).error).toMatchObject({
      code: 'TRANSACTION_ABORTABLE',
      abortable: true,
      persisted: 'no',
      cause: { code },
    })
    expect((await world.sendOffsets()).code).toBe('TRANSACTION_ABORTABLE')
    expect((await world.abort()).code).toBe('resolved')
    const [sent, commit] = await world.oneMore()
    expect([sent.error, commit.code]).toEqual([null, 'resolved'])
  })

  test('is followed by none: what comes later fails at once, and says why', async () => {
    const world = await failed()
    world.requests()
    const [later, other] = [
      ...(await world.sendAll(0, ['later'])),
      ...(await world.sendAll(1, ['other'])),
    ]
    for (const sent of [later, other])
      expect(sent!.error).toMatchObject({
        code: 'TRANSACTION_ABORTABLE',
        abortable: true,
        persisted: 'no',
        attempts: 0,
        cause: { cause: { code } },
      })
    expect(world.requests()).toEqual([])
  })
})

test('what is queued when a batch fails fails with it, and what is in flight goes on', async () => {
  const world = await TransactionWorld.openWithRecord()
  await world.sendAll(1, ['to add the partition'])
  world.answer('Produce', never, (call) => call.refuse('INVALID_RECORD'))
  world.network.maxInFlight = 2
  await world.sendAll(1, ['in flight'])
  await world.sendAll(0, ['fails', 'queued'])
  world.call().ok(4n)
  await world.settle()
  expect(world.settled.slice(2).map(({ value, error }) => [value, error?.code])).toEqual([
    ['fails', 'INVALID_RECORD'],
    ['queued', 'TRANSACTION_ABORTABLE'],
    ['in flight', undefined],
  ])
})

test('records that the broker excludes have the transaction aborted, the rest of their batch with them', async () => {
  const world = await TransactionWorld.open({ batchRecords: 2 })
  world.answer('Produce', (call) => call.refuse('INVALID_RECORD', { records: { 1: 'no' } }))
  await world.sendAll(0, ['good', 'bad'])
  expect(world.settled.map(({ value, error }) => [value, error?.code, error?.persisted])).toEqual([
    ['bad', 'INVALID_RECORD', 'no'],
    ['good', 'TRANSACTION_ABORTABLE', 'no'],
  ])
  expect((await world.commit()).error).toMatchObject({ cause: { code: 'INVALID_RECORD' } })
  world.requests()
  expect((await world.abort()).code).toBe('resolved')
  await world.begin()
  const [first, second] = await world.sendAll(0, ['one', 'two'])
  expect([first!.error, second!.error]).toEqual([null, null])
  expect(world.requests()).toEqual([
    'EndTxn 7/0 abort',
    'DescribeTransactions tx-1',
    'InitProducerId 7/0',
    'AddPartitionsToTxn 7/1 orders 0',
    'Produce 7/1 0#0',
  ])
})

test('a batch that is too large goes in parts, and the transaction commits', async () => {
  const world = await TransactionWorld.open({ batchRecords: 2 })
  world.answer('Produce', (call) => call.refuse('MESSAGE_TOO_LARGE'))
  await world.sendAll(0, ['one', 'two'])
  expect(world.settled.map(({ error }) => error)).toEqual([null, null])
  expect((await world.commit()).code).toBe('resolved')
})

test('a part of a batch that the codec fails on has the transaction aborted', async () => {
  const { compression, failNext } = failingCodec()
  const world = await TransactionWorld.open({ batchRecords: 2, compression })
  world.answer('Produce', (call) => {
    failNext()
    call.refuse('MESSAGE_TOO_LARGE')
  })
  await world.sendAll(0, ['one', 'two'])
  await world.advance(1_000)
  expect(world.settled.map(({ error }) => error?.code)).toContain('CODEC_FAILED')
  expect((await world.commit()).error).toMatchObject({
    code: 'TRANSACTION_ABORTABLE',
    persisted: 'no',
    cause: { code: 'CODEC_FAILED' },
  })
  expect((await world.abort()).code).toBe('resolved')
  const [sent, commit] = await world.oneMore()
  expect([sent.error, commit.code]).toEqual([null, 'resolved'])
})

describe.each(['continue', 'fail'] as const)('onTopicRecreated: %s', (onTopicRecreated) => {
  test('a topic of the transaction that is created again has it aborted', async () => {
    const world = await TransactionWorld.openWithRecord({ onTopicRecreated })
    const node1 = { node: 1, epoch: 0 }
    world.network.metadata.setTopic(
      'orders',
      [node1, node1],
      '00000000-0000-4000-8000-000000000002',
    )
    world.network.changed()
    await world.settle()
    expect((await world.commit()).error).toMatchObject({
      code: 'TRANSACTION_ABORTABLE',
      cause: { code: 'TOPIC_RECREATED' },
    })
    expect((await world.abort()).code).toBe('resolved')
    expect(world.requests()).toEqual([
      'EndTxn 7/0 abort',
      'DescribeTransactions tx-1',
      'InitProducerId 7/0',
    ])
    const [sent, commit] = await world.oneMore()
    expect([sent.error, commit.code]).toEqual([null, 'resolved'])
  })

  test('a topic that no record of the transaction is for may be created again', async () => {
    const world = await TransactionWorld.openWithRecord({ onTopicRecreated })
    world.network.metadata.setTopic('others', [{ node: 1, epoch: 0 }])
    world.network.changed()
    await world.settle()
    world.network.metadata.setTopic(
      'others',
      [{ node: 1, epoch: 0 }],
      '00000000-0000-4000-8000-000000000002',
    )
    world.network.changed()
    await world.settle()
    expect((await world.commit()).code).toBe('resolved')
  })
})

test.each([
  ['is refused', 1, ['DescribeTransactions tx-1', 'InitProducerId 7/0']],
  ['is refused', 2, []],
  ['has no time left in flight', 1, ['DescribeTransactions tx-1', 'InitProducerId 7/0']],
  ['has no time left in flight', 2, []],
  ['has no time left', 1, []],
] as const)(
  'after a batch that %s version %i goes on under another epoch, where sequences are lost',
  async (name, version, asked) => {
    const { options, happen } = failures[name]!
    const world = await TransactionWorld.openWithRecord({ version, ...options })
    await happen(world)
    await world.settle()
    world.requests()
    await world.abort()
    expect(world.requests()).toEqual(['EndTxn 7/0 abort', ...asked])
    await world.oneMore()
    const lines = world.requests()
    expect(lines.filter((line) => line.startsWith('Init'))).toEqual([])
    const epoch = version === 2 || asked.length > 0 ? 1 : 0
    expect(lines).toContain(`Produce 7/${epoch} 0#${epoch === 0 ? 1 : 0}`)
  },
)
