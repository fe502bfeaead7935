import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { expect, test } from 'vitest'

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
