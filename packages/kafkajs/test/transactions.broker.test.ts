import { CompressionTypes } from '@sluice/kafkajs'
import { expect, test } from 'vitest'
import { alone, outcomeOf, recordsIn, type Stand, sideBySide } from './side-by-side.js'

const messages = [{ value: 'a', partition: 0 }]
const stand: Stand = {
  producer: { transactionalId: 'tx', idempotent: true, maxInFlightRequests: 1 },
}

test('a transaction is committed, aborted and refused after its end as with kafkajs', async () => {
  const { kafkajs, ours } = await sideBySide(async (producer, cluster) => {
    const outcomes: unknown[] = []
    for (const end of ['commit', 'abort'] as const) {
      const transaction = await producer.transaction()
      outcomes.push(transaction.isActive(), await outcomeOf(() => producer.transaction()))
      outcomes.push(await transaction.send({ topic: 't', messages }))
      outcomes.push(await transaction.sendBatch({ topicMessages: [{ topic: 't', messages }] }))
      outcomes.push(await outcomeOf(() => transaction.send({ topic: 't', messages, acks: 1 })))
      outcomes.push(await transaction[end](), transaction.isActive())
      outcomes.push(await outcomeOf(() => transaction.send({ topic: 't', messages })))
      outcomes.push(await outcomeOf(() => transaction.commit()))
    }
    const seen = cluster.records('t', { isolation: 'read_committed' }).length
    return { outcomes: withoutOffsets(outcomes), seen }
  }, stand)
  expect(ours).toEqual(kafkajs)
  expect(ours.seen).toBe(2)
})

/** The markers of the coordinator come when they come, so offsets after the first end differ from run to run. */
function withoutOffsets(outcomes: unknown[]): unknown {
  return JSON.parse(
    JSON.stringify(outcomes, (name, value: unknown) => (name === 'baseOffset' ? 'any' : value)),
  )
}

test('the offsets of a group are committed with the transaction', async () => {
  await alone(
    'ours',
    async (producer, cluster) => {
      const transaction = await producer.transaction()
      await transaction.sendOffsets({
        consumerGroupId: 'g',
        topics: [{ topic: 't', partitions: [{ partition: 1, offset: '9007199254740993' }] }],
      })
      await transaction.commit()
      expect(cluster.committedOffsets('g')).toMatchObject([
        { topic: 't', partition: 1, offset: 9_007_199_254_740_993n },
      ])
    },
    stand,
  )
})

test('a send beside an open transaction is no part of it', async () => {
  await alone(
    'ours',
    async (producer, cluster) => {
      const transaction = await producer.transaction()
      await transaction.send({ topic: 't', messages })
      await producer.send({ topic: 'u', messages: [{ value: 'beside' }] })
      await transaction.abort()
      expect(recordsIn(cluster, 'u')).toMatchObject([{ value: 'beside' }])
      expect(cluster.records('t', { isolation: 'read_committed' })).toEqual([])
    },
    stand,
  )
})

test('a transaction takes the compression of its first send', async () => {
  const large = [{ value: 'a'.repeat(10_000), partition: 0 }]
  await alone(
    'ours',
    async (producer, cluster) => {
      const codecs: number[] = []
      cluster.intercept('Produce', ({ request: { topicData } }) => {
        const batch = Buffer.concat(topicData[0]!.partitionData[0]!.records!)
        codecs.push(batch.readInt16BE(21) & 7)
      })
      for (const compression of [CompressionTypes.None, CompressionTypes.GZIP]) {
        const transaction = await producer.transaction()
        const send = () => transaction.send({ topic: 't', messages: large, compression })
        await Promise.all([send(), send()])
        await transaction.commit()
      }
      expect(new Set(codecs)).toEqual(new Set([0, 1]))
      expect(cluster.records('t', { isolation: 'read_committed' })).toHaveLength(4)
    },
    stand,
  )
})

test('methods of a transaction can be replaced, as agents do for their spans', async () => {
  await alone(
    'ours',
    async (producer) => {
      const transaction = await producer.transaction()
      const seen: string[] = []
      for (const name of ['send', 'sendBatch', 'commit', 'abort'] as const) {
        const call = transaction[name] as (...args: unknown[]) => Promise<unknown>
        transaction[name] = ((...args: unknown[]) => {
          seen.push(name)
          return call(...args)
        }) as never
      }
      await transaction.send({ topic: 't', messages })
      await transaction.commit()
      expect(seen).toEqual(['send', 'commit'])
    },
    stand,
  )
})
