import { createEmbeddedCluster, type EmbeddedCluster } from '@sluice/embedded-broker'
import { tcpTransport, type Transport } from '@sluice/network'

interface Attempt {
  readonly host: string
  /** Of the clock that was given. */
  readonly at: number
}

/** An embedded cluster of three brokers under names that change: `first-0`, then `second-0`, each at port 9092. */
export class MovingCluster {
  readonly cluster: EmbeddedCluster
  /** Attempts to connect, in order. */
  readonly attempts: Attempt[] = []
  /** Leads to the brokers by their present names, and by `kafka` to the first of them. */
  readonly transport: Transport
  #name = 'first'
  #away = false

  constructor(cluster: EmbeddedCluster, now: () => number) {
    const tcp = tcpTransport()
    this.cluster = cluster
    this.transport = {
      connect: async ({ host, signal }) => {
        this.attempts.push({ host, at: now() })
        const port = this.#portOf(host)
        if (port === undefined) throw new Error(`connect ECONNREFUSED ${host}`)
        return tcp.connect({ host: '127.0.0.1', port, signal })
      },
    }
    cluster.intercept('Metadata', async ({ serve }) => {
      const answer = (await serve())!
      const brokers = answer.brokers.map((one) => ({ ...one, ...this.#addressOf(one.nodeId) }))
      return { ...answer, brokers }
    })
  }

  /** What a list of the brokers would say now. */
  get servers(): string[] {
    return this.cluster.brokers.map(({ nodeId }) => `${this.#addressOf(nodeId).host}:9092`)
  }

  /** Every broker is gone. */
  async leave(): Promise<void> {
    this.#away = true
    await Promise.all(this.cluster.brokers.map((broker) => broker.closeConnections()))
  }

  /** They are back, with their logs, under these names. */
  returnAs(name: string): void {
    this.#name = name
    this.#away = false
  }

  #addressOf(nodeId: number): { host: string; port: number } {
    return { host: `${this.#name}-${nodeId}`, port: 9092 }
  }

  #portOf(host: string): number | undefined {
    if (this.#away) return undefined
    const name = host === 'kafka' ? this.servers[0] : `${host}:9092`
    const address = this.cluster.bootstrapServers[this.servers.indexOf(name!)]
    return address === undefined ? undefined : Number(address.split(':')[1])
  }
}

export async function movingCluster(now: () => number, partitions: number): Promise<MovingCluster> {
  const topics = { t: { partitions } }
  return new MovingCluster(await createEmbeddedCluster({ brokers: 3, topics }), now)
}
