import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { describe, expect, test } from 'vitest'
import { codeOfGuide, runGuide } from '../../../test/guide.js'

const folder = fileURLToPath(new URL('..', import.meta.url))
const [accumulator, use, check] = codeOfGuide('custom-accumulator')

describe('the guide to accumulators', () => {
  test('shows the accumulator of the example, which is type-checked', () => {
    expect(accumulator).toBe(readFileSync(`${folder}/src/urgent-first.ts`, 'utf8'))
  })

  test('shows how to use it', async () => {
    const topics = { alarms: { partitions: 1 }, news: { partitions: 1 } }
    await using cluster = await createEmbeddedCluster({ topics })
    await runGuide(
      accumulator + use!.replace('localhost:9092', cluster.bootstrapServers[0]!),
      folder,
    )
    expect(['alarms', 'news'].map((topic) => cluster.records(topic).length)).toEqual([1, 1_000])
  })

  test('shows how to test it, which it passes', async () => {
    expect(await runGuide(accumulator + check!, folder)).toMatch(/^# fail 0$/m)
  })
})
