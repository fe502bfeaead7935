import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { expect, test } from 'vitest'

const hourMs = 3_600_000

/** Where Debian's package libfaketime has it. */
const library = ['x86_64', 'aarch64']
  .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketimeMT.so.1`)
  .find((path) => existsSync(path))

interface Report {
  readonly offsets: number[]
  /** Of the records, in ms since the clock was right. */
  readonly timestamps: number[]
  readonly passedMs: number
  readonly wallClockMs: number
}

/** Only the wall clock is false: Node's monotonic one is the system's. */
async function withClockOf(file: string, ...args: string[]): Promise<Report> {
  const fixture = fileURLToPath(new URL('fixtures/set-back.ts', import.meta.url))
  const clock = {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  }
  const flags = ['--import', 'tsx', '--conditions=@sluice/source', fixture]
  const options = { env: { ...process.env, ...clock }, timeout: 60_000 }
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, ...args], options)
  return JSON.parse(stdout) as Report
}

test('F37: the clock of the system set back an hour changes the timestamps of records, and nothing else', async ({
  skip,
}) => {
  if (library === undefined) skip('needs libfaketime (Debian: apt-get install libfaketime)')
  const folder = await mkdtemp(join(tmpdir(), 'sluice-'))
  const file = join(folder, 'clock')
  await writeFile(file, '+0')
  await using cluster = await createEmbeddedCluster({ topics: { t: { partitions: 1 } } })
  const report = await withClockOf(file, cluster.bootstrapServers[0]!, file)
  await rm(folder, { recursive: true })
  // It was set back.
  expect(report.wallClockMs).toBeLessThan(report.passedMs - 0.9 * hourMs)
  expect(report.offsets).toEqual([0, 1, 2])
  const [before, ...after] = report.timestamps
  expect(before).toBeGreaterThanOrEqual(0)
  for (const timestamp of after) expect(timestamp).toBeLessThan(-0.9 * hourMs)
  expect(cluster.records('t').map(({ value }) => String(value))).toEqual([
    'before',
    'after',
    'later',
  ])
  // The first two lingered together; nothing was sent again, and no connection given up.
  expect(cluster.batchCount('t')).toBe(2)
  const [broker] = cluster.brokers
  expect([broker!.requestCount('Produce'), broker!.acceptedConnections]).toEqual([2, 1])
  // Two lingers of 300 ms, not an hour.
  expect(report.passedMs).toBeGreaterThanOrEqual(600)
  expect(report.passedMs).toBeLessThan(30_000)
})
