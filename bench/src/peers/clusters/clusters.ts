import type { Workload } from '../workloads.js'
import type { Cluster } from './cluster.js'
import { startEmbeddedCluster } from './embedded.js'
import { startRealCluster } from './real-kafka.js'

/** The brokers of all workloads. They run from the first round to the last. */
export class Clusters implements AsyncDisposable {
  readonly #clusters = new Map<number, Cluster>()

  static async startFor(workloads: readonly Workload[]): Promise<Clusters> {
    const clusters = new Clusters()
    try {
      for (const workload of workloads) await clusters.#start(workload)
    } catch (error) {
      await clusters[Symbol.asyncDispose]()
      throw error
    }
    return clusters
  }

  of({ embeddedBrokers }: Workload): Cluster {
    return this.#clusters.get(embeddedBrokers)!
  }

  get descriptions(): string[] {
    return [...this.#clusters.values()].map(({ description }) => description)
  }

  async #start({ embeddedBrokers }: Workload): Promise<void> {
    if (this.#clusters.has(embeddedBrokers)) return
    const start = embeddedBrokers === 0 ? startRealCluster() : startEmbeddedCluster(embeddedBrokers)
    this.#clusters.set(embeddedBrokers, await start)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const cluster of this.#clusters.values()) await cluster[Symbol.asyncDispose]()
  }
}
