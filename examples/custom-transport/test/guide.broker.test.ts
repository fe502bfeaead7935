import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { codeOfGuide, runGuide } from '../../../test/guide.js'
import { startProxy, type ProxyProcess } from './proxy-process.js'

const folder = fileURLToPath(new URL('..', import.meta.url))
const [transport, use, check] = codeOfGuide('custom-transport')

let proxy: ProxyProcess
beforeAll(async () => {
  proxy = await startProxy()
})
afterAll(() => proxy.stop())

/** As one file: what is imported twice is imported once. */
async function run(...parts: string[]): Promise<string> {
  const env = { ...process.env, KAFKA_PROXY: proxy.url }
  return runGuide(withoutRepeats(parts.join('')), folder, env)
}

function withoutRepeats(code: string): string {
  const once = "import { once } from 'node:events'\n"
  return once + code.replaceAll(once, '')
}

describe('the guide to transports', () => {
  test('shows the transport of the example, which is type-checked', () => {
    expect(transport).toBe(readFileSync(`${folder}/src/http-proxy-transport.ts`, 'utf8'))
  })

  test('shows how to use it', async () => {
    await using cluster = await createEmbeddedCluster()
    await run(transport!, use!.replace('localhost:9092', cluster.bootstrapServers[0]!))
    expect(cluster.records('readings')).toHaveLength(1)
  })

  test('shows how to test it, which it passes', async () => {
    expect(await run(transport!, check!)).toMatch(/^# fail 0$/m)
  })
})
