import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { expect, test, vi } from 'vitest'

test('while Kafka is away the service is alive and not ready, and its page goes on', async () => {
  await using cluster = await createEmbeddedCluster()
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=@sluice/source', main], {
    env: { ...process.env, KAFKA: cluster.bootstrapServers.join(), PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exit = once(child, 'exit')
  const [line] = await once(child.stdout, 'data')
  const address = String(line).trim()
  const status = async (path: string): Promise<number> => (await fetch(address + path)).status
  const all = async (): Promise<number[]> =>
    Promise.all(['/live', '/ready', '/metrics'].map(status))

  await vi.waitFor(async () => expect(await all()).toEqual([200, 200, 200]), 30_000)
  await cluster.close()
  await vi.waitFor(async () => expect(await all()).toEqual([200, 503, 200]), 30_000)
  const page = await (await fetch(`${address}/metrics`)).text()
  expect(page).toContain('sluice_producer_ready{producer="orders",reason="disconnected"} 0')
  expect(page).toContain('sluice_producer_ready{producer="audit",reason="disconnected"} 0')

  child.kill('SIGTERM')
  expect(await exit).toEqual([0, null])
})
