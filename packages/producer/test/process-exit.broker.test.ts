import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { expect, test } from 'vitest'
import { silentServer } from './fixtures/silent-server.js'

const run = (fixture: string, bootstrap: string): Promise<{ stdout: string }> =>
  promisify(execFile)(
    process.execPath,
    [
      '--import',
      'tsx',
      '--conditions=@sluice/source',
      fileURLToPath(new URL(`fixtures/${fixture}.ts`, import.meta.url)),
      bootstrap,
    ],
    { timeout: 15_000 },
  )

test('an idle producer that nobody closes does not keep the process alive', async () => {
  await using cluster = await createEmbeddedCluster()
  const { stdout } = await run('one-send', cluster.bootstrapServers[0]!)
  expect(stdout).toBe('offset 0\n')
})

test('a producer with a pending record does', async () => {
  await using cluster = await createEmbeddedCluster()
  const { stdout } = await run('unawaited-send', cluster.bootstrapServers[0]!)
  expect(stdout).toBe('offset 0\n')
  expect(cluster.records('exit')).toHaveLength(1)
})

test('a failed connect lets the process end', async () => {
  const { stdout } = await run('failed-connect', '')
  expect(stdout).toBe('CONNECTION_FAILED\n')
})

test('a close that waits in vain keeps the process alive until it has ended', async () => {
  await using server = await silentServer()
  const { stdout } = await run('late-close', server.address)
  expect(stdout).toBe('PRODUCER_CLOSED\nclosed\n')
})
