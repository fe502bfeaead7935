import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { describe, expect, test } from 'vitest'
import { argumentsToRun } from '../../../../test/program.js'
import { silentServer } from '../fixtures/silent-server.js'

interface Output {
  readonly stdout: string
  readonly stderr: string
}

async function run(fixture: string, ...args: string[]): Promise<Output> {
  const program = fileURLToPath(new URL(`../fixtures/${fixture}.ts`, import.meta.url))
  // Only what hangs comes to this end, however busy the machine is.
  const options = { timeout: 50_000 }
  const node = [...(await argumentsToRun(program)), ...args]
  return promisify(execFile)(process.execPath, node, options)
}

test('an idle producer that is never closed does not keep the process alive', async () => {
  await using cluster = await createEmbeddedCluster()
  const { stdout } = await run('one-send', cluster.bootstrapServers[0]!)
  expect(stdout).toBe('offset 0\n')
})

test('a producer with a pending record keeps the process alive', async () => {
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

test.each([
  ['are acknowledged', () => createEmbeddedCluster(), 'sent'],
  ['run out of time', () => silentServer(), 'METADATA_TIMEOUT'],
])('the loop comes to its end only after records that %s', async (_, start, end) => {
  await using there = await start()
  const address = 'address' in there ? there.address : there.bootstrapServers[0]!
  const impatient = end === 'sent' ? [] : ['impatient']
  const { stdout } = await run('before-exit', address, ...impatient)
  expect(stdout).toBe(`${end}\n${end}\nbeforeExit\n`)
})

const lastWords =
  'The process exits with 3 records unsettled, in the log or not: await producer.flush() or producer.close() before process.exit()'

describe('a process that exits with records unsettled', () => {
  test('is warned of how many', async () => {
    await using cluster = await createEmbeddedCluster()
    const { stderr } = await run('early-exit', cluster.bootstrapServers[0]!, 'exits')
    expect(stderr.split('\n')[0]).toMatch(/^\(node:\d+\) SluiceWarning: /)
    expect(stderr).toContain(lastWords)
  })

  test('tells its logger where there is one', async () => {
    await using cluster = await createEmbeddedCluster()
    const server = cluster.bootstrapServers[0]!
    const { stdout, stderr } = await run('early-exit', server, 'exits', 'logger')
    expect(stdout).toBe(`${lastWords}\n`)
    expect(stderr).toBe('')
  })

  test('is warned, too, where an uncaught error ends it', async () => {
    await using cluster = await createEmbeddedCluster()
    const failed = run('early-exit', cluster.bootstrapServers[0]!, 'throws')
    const { stderr } = await failed.catch((error: unknown) => error as Output)
    expect(stderr).toContain('nobody catches this')
    expect(stderr).toContain(lastWords)
  })

  test('is not warned once everything has settled', async () => {
    await using cluster = await createEmbeddedCluster()
    const { stderr } = await run('early-exit', cluster.bootstrapServers[0]!, 'closes')
    expect(stderr).toBe('')
    expect(cluster.records('t')).toHaveLength(2)
  })
})
