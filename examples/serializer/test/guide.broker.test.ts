import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { partitionForKey } from '@sluice/partitioner'
import { describe, expect, test } from 'vitest'
import { codeOfGuide, runGuide } from '../../../test/guide.js'

const folder = fileURLToPath(new URL('..', import.meta.url))
const [json, serializer, use, check] = codeOfGuide('serializers')

describe('the guide to serializers', () => {
  test('shows how to send JSON', async () => {
    const topics = { orders: { partitions: 12 } }
    await using cluster = await createEmbeddedCluster({ topics })
    await runGuide(json!.replace('localhost:9092', cluster.bootstrapServers[0]!), folder)
    const records = cluster.records('orders')
    expect(records.map(({ key, value }) => [String(key), value && String(value)])).toEqual([
      ['o-17', '{"total":42}'],
      ['o-17', null],
    ])
    for (const { partition } of records)
      expect(partition).toBe(partitionForKey(Buffer.from('o-17'), 12))
  })

  test('names the partitions of a key with quotes and without', () => {
    const guide = readFileSync(`${folder}/../../docs/guides/serializers.md`, 'utf8')
    const [plain, quoted] = ['o-17', '"o-17"'].map((key) => partitionForKey(Buffer.from(key), 12))
    expect(guide).toContain(`\`o-17\` belongs to partition ${plain}, and \`"o-17"\` to ${quoted}`)
  })

  test('shows the serializer of the example, which is type-checked', () => {
    expect(serializer).toBe(readFileSync(`${folder}/src/registered-json.ts`, 'utf8'))
  })

  test('shows how to use it', async () => {
    await using cluster = await createEmbeddedCluster()
    const printed = await runGuide(
      serializer + use!.replace('localhost:9092', cluster.bootstrapServers[0]!),
      folder,
    )
    expect(printed).toBe('the registry was asked 1 time\n')
    expect(cluster.records('orders')).toHaveLength(1_000)
  })

  test('shows how to test it, which it passes', async () => {
    expect(await runGuide(serializer + check!, folder)).toMatch(/^# fail 0$/m)
  })
})
