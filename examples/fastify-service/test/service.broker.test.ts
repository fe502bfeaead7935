import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createEmbeddedCluster, type EmbeddedCluster } from '@sluice/embedded-broker'
import autocannon from 'autocannon'
import { afterAll, beforeAll, expect, test } from 'vitest'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await createEmbeddedCluster({ topics: { orders: { partitions: 3 } } })
})
afterAll(() => cluster.close())

interface Running {
  readonly address: string
  /** Stops it as an orchestrator does. @returns its exit code */
  terminate(): Promise<number>
}

async function start(): Promise<Running> {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=@sluice/source', main], {
    env: { ...process.env, KAFKA: cluster.bootstrapServers.join() },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exit = once(child, 'exit')
  const [line] = await once(child.stdout, 'data')
  return {
    address: String(line).trim(),
    async terminate() {
      child.kill('SIGTERM')
      const [code] = await exit
      return code
    },
  }
}

/** Sends orders for as long as it is answered, or for some seconds, and keeps the answers with 200. */
async function load(address: string, onAnswer: () => void): Promise<string[]> {
  const answered: string[] = []
  let id = 0
  await autocannon({
    url: address,
    connections: 20,
    duration: 5,
    requests: [
      {
        method: 'POST',
        path: '/orders',
        headers: { 'content-type': 'application/json' },
        setupRequest: (request) => ({ ...request, body: JSON.stringify({ id: `o-${id++}` }) }),
        onResponse(status, body) {
          if (status !== 200) return
          const { partition, offset }: { partition: number; offset: string } = JSON.parse(body)
          answered.push(`${partition} ${offset}`)
          onAnswer()
        },
      },
    ],
  })
  return answered
}

test('a service that is terminated under load has written every order that it answered with 200', async () => {
  const service = await start()
  const status = async (path: string): Promise<number> =>
    (await fetch(`${service.address}${path}`)).status
  expect([await status('/live'), await status('/ready')]).toEqual([200, 200])
  const page = await (await fetch(`${service.address}/metrics`)).text()
  expect(page).toContain('sluice_producer_ready{producer="orders",reason="ready"} 1')

  let answers = 0
  let exitCode: Promise<number> | undefined
  const answered = await load(service.address, () => {
    if (++answers === 1_000) exitCode = service.terminate()
  })
  expect(await exitCode).toBe(0)
  expect(answered.length).toBeGreaterThanOrEqual(1_000)
  const log = new Set(
    cluster.records('orders').map(({ partition, offset }) => `${partition} ${offset}`),
  )
  expect(answered.filter((place) => !log.has(place))).toEqual([])
  expect(new Set(answered).size).toBe(answered.length)
})

test('an order without an id is refused, and nothing is written of it', async () => {
  const before = cluster.records('orders').length
  const service = await start()
  const answer = await fetch(`${service.address}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  expect(answer.status).toBe(400)
  expect(await service.terminate()).toBe(0)
  expect(cluster.records('orders')).toHaveLength(before)
})
