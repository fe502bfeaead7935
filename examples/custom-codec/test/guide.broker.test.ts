import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

const folder = fileURLToPath(new URL('..', import.meta.url))
const guide = readFileSync(`${folder}/../../docs/guides/custom-codec.md`, 'utf8')
const [codec, use, check] = [...guide.matchAll(/^```[jt]s\n(.*?)^```$/gms)].map(([, code]) => code!)

async function run(code: string): Promise<string> {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { module: ts.ModuleKind.ESNext },
  })
  const flags = ['--conditions=@sluice/source', '--import=tsx', '--test-reporter=tap']
  const args = [...flags, '--input-type=module', '--eval', outputText]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder })
  return stdout
}

describe('the guide to codecs', () => {
  test('shows the codec of the example, which is type-checked', () => {
    expect(codec).toBe(readFileSync(`${folder}/src/pooled-gzip.ts`, 'utf8'))
  })

  test('shows how to use it', async () => {
    await using cluster = await createEmbeddedCluster()
    await run(codec + use!.replace('localhost:9092', cluster.bootstrapServers[0]!))
    expect(cluster.records('readings')).toHaveLength(100)
  })

  test('shows how to test it, which it passes', async () => {
    expect(await run(codec + check!)).toMatch(/^# fail 0$/m)
  })
})
