import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { partitionForKey } from '../src/index.js'

const folder = fileURLToPath(new URL('..', import.meta.url))
const readme = readFileSync(`${folder}/README.md`, 'utf8')
const [keys, own, check] = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code!)

function run(code: string): string {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { module: ts.ModuleKind.ESNext },
  })
  const flags = ['--conditions=@sluice/source', '--import=tsx', '--test-reporter=tap']
  const args = [...flags, '--input-type=module', '--eval', outputText]
  return execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
}

describe('the README', () => {
  it('shows where keys are', () => {
    const lines = ['o-17', 'o-18', 'o-19'].map(
      (key) => `${key} ${partitionForKey(Buffer.from(key), 12)}`,
    )
    expect(run(keys!).trim().split('\n')).toEqual(lines)
  })

  it('shows a partitioner of one’s own, which passes the check it shows', () => {
    const output = run(own! + check!.replace('roundRobinPartitioner()', 'byTenant'))
    expect(output).toMatch(/^# fail 0$/m)
  })
})
