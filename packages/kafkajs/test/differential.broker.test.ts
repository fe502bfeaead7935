import { Partitioners } from '@sluice/kafkajs'
import type { ICustomPartitioner } from 'kafkajs-original'
import { expect, test } from 'vitest'
import { eventually } from '../../../test/eventually.js'
import { list, playCalls, randomCalls } from './random-calls.js'
import { recordsIn, sideBySide } from './side-by-side.js'

const seeds = list(8, () => 0).map((_, index) => index + 1)

test.each(seeds)(
  'random calls have the results and the records of kafkajs: seed %i',
  async (seed) => {
    const cluster = {
      autoCreateTopics: false,
      topics: { t: { partitions: 3 }, u: { partitions: 2 } },
    }
    const { kafkajs, ours } = await sideBySide(
      async (producer, inCluster) => {
        const outcomes = await playCalls(producer, randomCalls(seed))
        await eventually(() => expect(inCluster.records('t').length).toBeGreaterThan(0))
        return { outcomes, t: recordsIn(inCluster, 't'), u: recordsIn(inCluster, 'u') }
      },
      { cluster },
    )
    expect(ours).toEqual(kafkajs)
  },
)

const byValueLength: ICustomPartitioner = () => {
  return ({ partitionMetadata, message }) => (message.value?.length ?? 0) % partitionMetadata.length
}

test.each<[name: string, createPartitioner: ICustomPartitioner]>([
  ['the default', Partitioners.DefaultPartitioner],
  ['the legacy', Partitioners.LegacyPartitioner],
  ['the Java compatible', Partitioners.JavaCompatiblePartitioner],
  ['a custom', byValueLength],
])('%s partitioner places keys where kafkajs places them', async (_, createPartitioner) => {
  const messages = list(300, () => 0).map((_zero, index) => ({
    key: index % 2 === 0 ? `key-${index}` : Buffer.from([index & 255, 200, index >> 8]),
    value: 'v'.repeat(index % 7),
  }))
  const { kafkajs, ours } = await sideBySide(
    async (producer, cluster) => {
      await producer.send({ topic: 't', messages })
      return recordsIn(cluster, 't')
    },
    { producer: { createPartitioner } },
  )
  expect(ours).toEqual(kafkajs)
})
