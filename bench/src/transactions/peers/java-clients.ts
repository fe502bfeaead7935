import { fileURLToPath } from 'node:url'
import { type JavaProcess, startJava } from '@sluice/test-kafka'
import { partitions, topic } from '../../pipeline/brokers.js'
import { recordsPerGroup, valueBytes } from '../load.js'
import type { Cost } from '../measured-load.js'
import type { Peer, Steps } from './peer.js'

const program = fileURLToPath(new URL('./Transactions.java', import.meta.url))

/** Kafka's own producer, and its consumer, which tells whether the figures are of records that were committed. */
export class JavaClients implements AsyncDisposable {
  readonly #java: JavaProcess
  #committed = 0

  private constructor(java: JavaProcess) {
    this.#java = java
  }

  static async start(bootstrapServers: string): Promise<JavaClients> {
    const clients = new JavaClients(await startJava(program))
    await clients.#java.ask(`read ${bootstrapServers} ${topic}`)
    return clients
  }

  /** One at a time: close it before you ask for another. */
  async producer(bootstrapServers: string, transactionalId: string): Promise<Peer> {
    await this.#java.ask(`open ${bootstrapServers} ${transactionalId}`)
    return {
      name: 'java',
      run: async (count) => {
        const micros = await this.#java.ask(`run ${count} ${topic} ${partitions} ${valueBytes}`)
        return stepsIn(micros.split(' ').map(Number))
      },
      close: async () => void (await this.#java.ask('close')),
    }
  }

  /**
   * What a record costs it in groups as `cpu` measures them: in transactions, or idempotent where there is no id.
   *
   * @param warmUp - groups that are not measured
   */
  async cost(
    bootstrapServers: string,
    transactionalId: string,
    warmUp: number,
    count: number,
  ): Promise<Cost> {
    await this.#java.ask(`open ${bootstrapServers} ${transactionalId}`.trimEnd())
    const groups = async (number: number): Promise<string> =>
      await this.#java.ask(`groups ${number} ${recordsPerGroup} ${topic} ${valueBytes}`)
    await groups(warmUp)
    const [cpu, time] = (await groups(count)).split(' ').map(Number) as [number, number]
    await this.#java.ask('close')
    const total = count * recordsPerGroup
    return { cpuMicrosPerRecord: cpu / total, recordsPerSecond: total / (time / 1e6), starts: [] }
  }

  /**
   * @param more - records that were committed since the last call
   * @throws Error where the topic holds fewer of them, or more: then the figures of this load count for nothing
   */
  async mustFind(more: number): Promise<void> {
    this.#committed += more
    const found = Number(await this.#java.ask(`committed ${this.#committed}`))
    if (found === this.#committed) return
    throw new Error(
      `The topic holds ${found} committed records where the loads have committed ${this.#committed}, so the figures are void.`,
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#java.stop()
  }
}

function stepsIn(micros: readonly number[]): Steps[] {
  return Array.from({ length: micros.length / 3 }, (_, i) => ({
    begin: micros[3 * i]! / 1_000,
    send: micros[3 * i + 1]! / 1_000,
    commit: micros[3 * i + 2]! / 1_000,
  }))
}
