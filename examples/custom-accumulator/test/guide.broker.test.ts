import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

const folder = fileURLToPath(new URL('..', import.meta.url))
const guide = readFileSync(`${folder}/../../docs/guides/custom-accumulator.md`, 'utf8')
const [accumulator, use, check] = [...guide.matchAll(/^```[jt]s\n(.*?)^```$/gms)].map(
  ([, code]) => code!,
)

async function run(code: string): Promise<string> {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { module: ts.ModuleKind.ESNext },
  })
  const flags = ['--conditions=@sluice/source', '--import=tsx', '--test-reporter=tap']
  const args = [...flags, '--input-type=module', '--eval', outputText]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder })
  return stdout
}

describe('the guide to accumulators', () => {
  test('shows the accumulator of the example, which is type-checked', () => {
    expect(accumulator).toBe(readFileSync(`${folder}/src/urgent-first.ts`, 'utf8'))
  })

  test('shows how to use it', async () => {
    const topics = { alarms: { partitions: 1 }, news: { partitions: 1 } }
    await using cluster = await createEmbeddedCluster({ topics })
    await run(accumulator + use!.replace('localhost:9092', cluster.bootstrapServers[0]!))
    expect(['alarms', 'news'].map((topic) => cluster.records(topic).length)).toEqual([1, 1_000])
  })

  test('shows how to test it, which it passes', async () => {
    expect(await run(accumulator + check!)).toMatch(/^# fail 0$/m)
  })
})
