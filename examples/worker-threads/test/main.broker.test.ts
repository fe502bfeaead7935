import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { createEmbeddedCluster, type EmbeddedCluster } from '@sluice/embedded-broker'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { bundledProgram } from '../../../tooling/build/bundled-program.js'

const folder = mkdtempSync(join(tmpdir(), 'sluice-workers-'))
const names = Array.from({ length: 12 }, (_, index) => `letter-${index}.txt`)
let cluster: EmbeddedCluster

beforeAll(async () => {
  for (const module of ['main', 'counting-worker']) {
    const source = fileURLToPath(new URL(`../src/${module}.ts`, import.meta.url))
    writeFileSync(join(folder, `${module}.mjs`), await bundledProgram(source))
  }
  for (const name of names) writeFileSync(join(folder, name), `To be or not to be: ${name}`)
})
afterAll(() => rmSync(folder, { recursive: true }))
beforeEach(async () => {
  cluster = await createEmbeddedCluster({ topics: { 'word-counts': { partitions: 3 } } })
})
afterEach(() => cluster.close())

async function count(files: readonly string[]): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, ['main.mjs', ...files], {
    cwd: folder,
    env: { ...process.env, KAFKA: cluster.bootstrapServers.join() },
  })
  const exit = new Promise<number>((resolve) => child.once('close', resolve))
  const output = (await Promise.all([text(child.stdout), text(child.stderr)])).join('')
  return { code: await exit, output }
}

test('every file is counted by a worker, and its record is in the log when the program ends', async () => {
  const { code, output } = await count(names)
  expect(output).toBe('12 files counted, 0 failed\n')
  expect(code).toBe(0)
  const records = cluster.records('word-counts')
  expect(records.map(({ key }) => String(key)).toSorted()).toEqual(names.toSorted())
  expect(JSON.parse(String(records[0]!.value))).toMatchObject({ to: 2, be: 2 })
})

test('what one worker cannot do fails alone, and is told', async () => {
  const { code, output } = await count([...names, 'missing.txt'])
  expect(output).toMatch(/missing\.txt: .*ENOENT/)
  expect(output).toContain('12 files counted, 1 failed\n')
  expect(code).toBe(1)
  expect(cluster.records('word-counts')).toHaveLength(12)
})
