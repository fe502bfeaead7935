import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { describe, expect, test } from 'vitest'
import { codeOfGuide, runGuide } from '../../../test/guide.js'

const folder = fileURLToPath(new URL('..', import.meta.url))
const [interceptor, use, check] = codeOfGuide('interceptors')

describe('the guide to interceptors', () => {
  test('shows the interceptor of the example, which is type-checked', () => {
    expect(interceptor).toBe(readFileSync(`${folder}/src/request-trace.ts`, 'utf8'))
  })

  test('shows how to use it', async () => {
    await using cluster = await createEmbeddedCluster()
    const printed = await runGuide(
      interceptor + use!.replace('localhost:9092', cluster.bootstrapServers[0]!),
      folder,
    )
    expect(printed).toMatch(/request: 'r-17',\s+topic: 'orders',\s+end: 'acknowledged',\s+ms: \d/)
    const headers = cluster.records('orders').flatMap((record) => record.headers)
    expect(headers.map(([name, value]) => `${name} ${String(value)}`)).toEqual(['request-id r-17'])
  })

  test('shows how to test it, which it passes', async () => {
    expect(await runGuide(interceptor + check!, folder)).toMatch(/^# fail 0$/m)
  })
})
