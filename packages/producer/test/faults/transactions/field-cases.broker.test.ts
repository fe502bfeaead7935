import type { EmbeddedApiName, InterceptedCall } from '@sluice/embedded-broker'
import type { KafkaError } from '@sluice/protocol'
import { seededRandom } from '@sluice/protocol/testing'
import { describe, expect, test } from 'vitest'
import type { Producer } from '../../../src/index.js'
import {
  failureOf,
  type TransactionalCluster,
  transactionalCluster,
  untilKnown,
} from './transactional-cluster.js'

const record = (value: string, partition = 0) => ({ topic: 't', partition, value })

const ofTransactions = [
  'Produce',
  'FindCoordinator',
  'InitProducerId',
  'AddPartitionsToTxn',
  'AddOffsetsToTxn',
  'TxnOffsetCommit',
  'EndTxn',
  'DescribeTransactions',
] as const satisfies readonly EmbeddedApiName[]

const countOf = ({ cluster }: TransactionalCluster, api: EmbeddedApiName): number =>
  cluster.brokers.reduce((sum, broker) => sum + broker.requestCount(api), 0)

/** A fourth of all requests is lost with its connection: before the broker has acted, or after it. */
function loseSome({ cluster }: TransactionalCluster, seed: number): () => void {
  const random = seededRandom(seed)
  const lose = async (call: InterceptedCall): Promise<void> => {
    if (random() >= 0.24) return
    if (random() < 0.5) await call.serve()
    call.close()
  }
  const ends = ofTransactions.map((api) => cluster.intercept(api, lose as never))
  return () => ends.forEach((end) => end())
}

type End = 'committed' | 'aborted'

/** One transaction, to its known end. */
async function playThrough(producer: Producer, value: string): Promise<End> {
  const transaction = await untilKnown(() => producer.beginTransaction())
  try {
    await transaction.sendMany([0, 1, 2].map((partition) => record(value, partition)))
    await untilKnown(() => transaction.commit())
    return 'committed'
  } catch (error) {
    expect(error).toMatchObject({ persisted: 'no', fatal: false })
    await untilKnown(() => transaction.abort())
    return 'aborted'
  }
}

describe.each([1, 2])('with transaction.version %d', (level) => {
  test.each([1, 2, 3])(
    'T05: while a fourth of all requests is lost each transaction has a known end, and the same producer goes on (seed %i)',
    async (seed) => {
      await using world = await transactionalCluster({
        level,
        retryBackoffMs: 1,
        reconnectBackoffMs: 1,
      })
      const isOver = loseSome(world, seed)
      const expected: string[] = []
      for (let number = 0; number < 15; number++)
        if ((await playThrough(world.producer, `${number}`)) === 'committed')
          expected.push(`${number}`)
      isOver()
      expect(await playThrough(world.producer, 'after')).toBe('committed')
      expected.push('after')
      expect(world.committed()).toEqual([...expected, ...expected, ...expected])
    },
  )

  test('T11: four programs that share an id are told so each time, and no producer starts itself again', async () => {
    await using world = await transactionalCluster({ level })
    const workers = [world.producer, world.another(), world.another(), world.another()]
    const commit = (producer: Producer, value: string): Promise<unknown> =>
      producer.transact((transaction) => transaction.send(record(value)))
    let producers = workers.length
    const committed: string[] = []
    for (let turn = 0; turn < 16; turn++) {
      const at = turn % workers.length
      if (turn >= workers.length) {
        const zombie = workers[at]!
        // However often it is asked.
        for (let attempt = 0; attempt < 2; attempt++) {
          const told = await failureOf(commit(zombie, 'never'))
          const fenced = [told, told.cause as KafkaError].find(
            ({ code }) => code === 'PRODUCER_FENCED',
          )
          expect(fenced ?? (await failureOf(zombie.beginTransaction()))).toMatchObject({
            code: 'PRODUCER_FENCED',
            fatal: true,
            message: expect.stringMatching(
              /another producer with transactionalId id was started.*close it, and give each producer .* an id of its own/,
            ),
          })
        }
        workers[at] = world.another()
        producers++
      }
      await commit(workers[at]!, `${turn}`)
      committed.push(`${turn}`)
    }
    expect(world.committed()).toEqual(committed)
    expect(countOf(world, 'InitProducerId')).toBe(producers)
  })

  test('T15: a producer that is started again with the same id frees at once what the one before has left open', async () => {
    await using world = await transactionalCluster({ level })
    await leaveOpen(world)
    expect(world.committed()).toEqual([])
    await world.another().connect()
    expect(world.committed()).toEqual(['other'])
    expect(world.cluster.committedOffsets('g')).toEqual([])
  })

  test('T15: a producer that is started again with another id leaves the others to wait for transactionTimeoutMs', async () => {
    await using world = await transactionalCluster({ level })
    await leaveOpen(world)
    const renamed = world.another({ transactionalId: 'id-of-this-start' })
    await renamed.transact((transaction) => transaction.send(record('renamed')))
    expect(world.cluster.transaction('id')!.state).toBe('Ongoing')
    expect(world.committed()).toEqual([])
    world.cluster.timeOutTransaction('id')
    expect(world.committed()).toEqual(['other', 'renamed'])
  })
})

/** A producer has sent a record and offsets when it ends. Another one commits behind that. */
async function leaveOpen(world: TransactionalCluster): Promise<void> {
  const transaction = await world.producer.beginTransaction()
  await transaction.send(record('lost'))
  await transaction.sendOffsets({
    groupId: 'g',
    offsets: [{ topic: 't', partition: 2, offset: 7n }],
  })
  const other = world.another({ transactionalId: 'other' })
  await other.transact((next) => next.send(record('other')))
}

describe.each([
  [1, 'AddPartitionsToTxn'],
  [2, 'Produce'],
] as const)('with transaction.version %d', (level, begins) => {
  test.each([1, 60_000])(
    'T02: transactions one straight after the other do not wait for retryBackoffMs (%i) while markers are written',
    async (retryBackoffMs) => {
      const backoff = { retryBackoffMs, retryBackoffMaxMs: 60_000 }
      await using world = await transactionalCluster({ level, ...backoff })
      const { cluster, producer } = world
      let release = (): void => {}
      let asked = 0
      cluster.intercept(begins, () => {
        // The markers are written when the coordinator has refused twice.
        if (++asked === 3) release()
      })
      for (let number = 0; number < 10; number++) {
        const transaction = await producer.beginTransaction()
        await transaction.send(record(`${number}`))
        release = cluster.holdMarkers()
        asked = 0
        await transaction.commit()
      }
      release()
      expect(world.committed()).toHaveLength(10)
    },
  )
})
