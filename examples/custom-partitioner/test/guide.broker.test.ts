import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { partitionForKey } from '@sluice/partitioner'
import { describe, expect, test } from 'vitest'
import { codeOfGuide, runGuide } from '../../../test/guide.js'

const folder = fileURLToPath(new URL('..', import.meta.url))
const [partitioner, use, check] = codeOfGuide('custom-partitioner')

describe('the guide to partitioners', () => {
  test('shows the partitioner of the example, which is type-checked', () => {
    expect(partitioner).toBe(readFileSync(`${folder}/src/key-prefix.ts`, 'utf8'))
  })

  test('shows how to use it', async () => {
    const topics = { orders: { partitions: 12 } }
    await using cluster = await createEmbeddedCluster({ topics })
    await runGuide(
      partitioner + use!.replace('localhost:9092', cluster.bootstrapServers[0]!),
      folder,
    )
    const records = cluster.records('orders')
    expect(records).toHaveLength(100)
    for (const { key, partition } of records) {
      const [tenant] = key!.toString().split(':')
      expect(partition).toBe(partitionForKey(Buffer.from(tenant!), 12))
    }
  })

  test('shows how to test it, which it passes', async () => {
    expect(await runGuide(partitioner + check!, folder)).toMatch(/^# fail 0$/m)
  })
})
