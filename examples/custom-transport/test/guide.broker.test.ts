import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startProxy, type ProxyProcess } from './proxy-process.js'

const folder = fileURLToPath(new URL('..', import.meta.url))
const guide = readFileSync(`${folder}/../../docs/guides/custom-transport.md`, 'utf8')
const [transport, use, check] = [...guide.matchAll(/^```[jt]s\n(.*?)^```$/gms)].map(
  ([, code]) => code!,
)

let proxy: ProxyProcess
beforeAll(async () => {
  proxy = await startProxy()
})
afterAll(() => proxy.stop())

/** As one file: what is imported twice is imported once. */
async function run(...parts: string[]): Promise<string> {
  const { outputText } = ts.transpileModule(withoutRepeats(parts.join('')), {
    compilerOptions: { module: ts.ModuleKind.ESNext },
  })
  const flags = ['--conditions=@sluice/source', '--import=tsx', '--test-reporter=tap']
  const args = [...flags, '--input-type=module', '--eval', outputText]
  const env = { ...process.env, KAFKA_PROXY: proxy.url }
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, env })
  return stdout
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
