import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createProducer, type Producer } from '../src/index.js'
import { WatchedTransport } from './fixtures/watched-transport.js'

const requestTimeoutMs = 600

interface Seen {
  readonly values: string[]
  readonly connections: number
}

let cluster: ChildProcess
let bootstrapServers: string[]

beforeAll(async () => {
  const file = fileURLToPath(new URL('fixtures/cluster-process.ts', import.meta.url))
  cluster = fork(file, { execArgv: ['--import', 'tsx', '--conditions=@sluice/source'] })
  const [message] = (await once(cluster, 'message')) as [{ bootstrapServers: string[] }]
  bootstrapServers = message.bootstrapServers
})
afterAll(() => cluster.kill())

async function seen(): Promise<Seen> {
  const answered = once(cluster, 'message')
  cluster.send('tell')
  const [told] = (await answered) as [Seen]
  return told
}

/** Nothing of this process runs meanwhile; the broker, in its own, answers. */
function block(): void {
  const end = performance.now() + 1.5 * requestTimeoutMs
  while (performance.now() < end);
}

const phases: [name: string, run: (callback: () => void) => void][] = [
  ['a timer', (callback) => void setTimeout(callback, 0)],
  ['an immediate', (callback) => void setImmediate(callback)],
  ['an I/O callback', (callback) => readFile(fileURLToPath(import.meta.url), callback)],
]

test.each(phases)(
  'F35: an event loop blocked in %s for longer than the request time-out lets nothing time out, and writes nothing twice',
  async (name, inPhase) => {
    const transport = new WatchedTransport()
    const timeouts = { requestTimeoutMs, deliveryTimeoutMs: requestTimeoutMs, lingerMs: 0 }
    await using producer = createProducer({ bootstrapServers, transport, ...timeouts })
    await producer.send({ topic: 't', value: `${name} ahead` })
    const before = await seen()
    const values = Array.from({ length: 2 }, (_, at) => `${name} ${at}`)
    for (const value of values) await sentWhileBlocked(producer, transport, value, inPhase)
    const after = await seen()
    expect(after.values.filter((value) => value.startsWith(name)).slice(1)).toEqual(values)
    // A request that times out closes its connection.
    expect(after.connections).toBe(before.connections)
  },
)

/** The loop is blocked as soon as the request is written. */
async function sentWhileBlocked(
  producer: Producer,
  transport: WatchedTransport,
  value: string,
  inPhase: (callback: () => void) => void,
): Promise<void> {
  const written = new Promise<void>((resolve) => {
    transport.onProduce = () => {
      inPhase(() => {
        block()
        resolve()
      })
    }
  })
  await Promise.all([producer.send({ topic: 't', value }), written])
}
