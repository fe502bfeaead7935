import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { describe, expect, test } from 'vitest'
import { codeOfGuide, runGuide } from '../../../test/guide.js'

const folder = fileURLToPath(new URL('..', import.meta.url))
const [codec, use, check] = codeOfGuide('custom-codec')

describe('the guide to codecs', () => {
  test('shows the codec of the example, which is type-checked', () => {
    expect(codec).toBe(readFileSync(`${folder}/src/pooled-gzip.ts`, 'utf8'))
  })

  test('shows how to use it', async () => {
    await using cluster = await createEmbeddedCluster()
    await runGuide(codec + use!.replace('localhost:9092', cluster.bootstrapServers[0]!), folder)
    expect(cluster.records('readings')).toHaveLength(100)
  })

  test('shows how to test it, which it passes', async () => {
    expect(await runGuide(codec + check!, folder)).toMatch(/^# fail 0$/m)
  })
})
