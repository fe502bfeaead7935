import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { partitionForKey } from '@sluice/partitioner'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

const folder = fileURLToPath(new URL('..', import.meta.url))
const guide = readFileSync(`${folder}/../../docs/guides/custom-partitioner.md`, 'utf8')
const [partitioner, use, check] = [...guide.matchAll(/^```[jt]s\n(.*?)^```$/gms)].map(
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

describe('the guide to partitioners', () => {
  test('shows the partitioner of the example, which is type-checked', () => {
    expect(partitioner).toBe(readFileSync(`${folder}/src/key-prefix.ts`, 'utf8'))
  })

  test('shows how to use it', async () => {
    const topics = { orders: { partitions: 12 } }
    await using cluster = await createEmbeddedCluster({ topics })
    await run(partitioner + use!.replace('localhost:9092', cluster.bootstrapServers[0]!))
    const records = cluster.records('orders')
    expect(records).toHaveLength(100)
    for (const { key, partition } of records) {
      const [tenant] = key!.toString().split(':')
      expect(partition).toBe(partitionForKey(Buffer.from(tenant!), 12))
    }
  })

  test('shows how to test it, which it passes', async () => {
    expect(await run(partitioner + check!)).toMatch(/^# fail 0$/m)
  })
})
