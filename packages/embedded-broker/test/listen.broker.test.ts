import { expect, test } from 'vitest'
import { eventually } from '../../../test/eventually.js'
import { createEmbeddedCluster, type EmbeddedClientStream } from '../src/index.js'
import { processRuntime } from '../src/runtime.js'

/** A client's end in memory, which writes a request and keeps the answer. */
class MemoryClient implements EmbeddedClientStream {
  readonly answers: Uint8Array[] = []
  isDestroyed = false
  send: (chunk: Uint8Array) => void = () => {}
  #closed: () => void = () => {}

  onData(listener: (chunk: Uint8Array) => void): void {
    this.send = listener
  }

  onDrain(): void {}

  onClose(listener: () => void): void {
    this.#closed = listener
  }

  write(chunks: readonly Uint8Array[]): boolean {
    this.answers.push(...chunks)
    return true
  }

  pause(): void {}

  resume(): void {}

  end(): void {
    this.destroy()
  }

  destroy(): void {
    if (this.isDestroyed) return
    this.isDestroyed = true
    queueMicrotask(() => this.#closed())
  }
}

/** ApiVersions, version 0, correlation id 7, no client id. */
const apiVersions = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 7, 255, 255])

test('brokers serve the connections of the listener that is given, and need no port', async () => {
  const accepts = new Map<number, (client: EmbeddedClientStream) => void>()
  const ports: number[] = []
  await using cluster = await createEmbeddedCluster({
    brokers: 2,
    listen: async (nodeId, port, accept) => {
      ports.push(port)
      accepts.set(nodeId, accept)
      return {
        host: 'memory',
        port: 100 + nodeId,
        close: async () => void accepts.delete(nodeId),
      }
    },
  })
  expect(cluster.bootstrapServers).toEqual(['memory:100', 'memory:101'])
  const client = new MemoryClient()
  accepts.get(1)!(client)
  client.send(apiVersions)
  await eventually(() => expect(client.answers.length).toBeGreaterThan(0))
  expect(Buffer.concat(client.answers).readInt32BE(4), 'the correlation id').toBe(7)
  await cluster.brokers[1]!.stop()
  expect(client.isDestroyed).toBe(true)
  expect([...accepts.keys()]).toEqual([0])
  await cluster.brokers[1]!.start()
  expect(ports, 'a broker listens again where it listened').toEqual([0, 0, 101])
})

test('the same random numbers make the same ids', async () => {
  const runtime = (): { random(): number } => {
    let number = 0
    return { random: () => (number++ % 100) / 100 }
  }
  const ids = async (): Promise<(string | undefined)[]> => {
    await using cluster = await createEmbeddedCluster({
      runtime: { ...processRuntime, ...runtime() },
      topics: { a: { partitions: 1 }, b: { partitions: 1 } },
    })
    return [cluster.topic('a')?.id, cluster.topic('b')?.id]
  }
  const first = await ids()
  expect(first[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(first[0]).not.toBe(first[1])
  expect(await ids()).toEqual(first)
})
