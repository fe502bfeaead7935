import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { describe, expect, test } from 'vitest'
import { codeOfGuide, runGuide } from '../../../test/guide.js'

const folder = fileURLToPath(new URL('..', import.meta.url))
const [observer, use] = codeOfGuide('observers')

describe('the guide to observers', () => {
  test('shows the observer of the example, which is type-checked', () => {
    expect(observer).toBe(readFileSync(`${folder}/src/batch-fill.ts`, 'utf8'))
  })

  test('shows how to use it', async () => {
    await using cluster = await createEmbeddedCluster({ topics: { orders: { partitions: 1 } } })
    const printed = await runGuide(
      observer + use!.replace('localhost:9092', cluster.bootstrapServers[0]!),
      folder,
    )
    expect(printed).toBe('orders: 1000 records in 1 batches, 0 of them full\n')
  })
})
