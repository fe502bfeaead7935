import { fileURLToPath } from 'node:url'
import { type JavaProcess, startJava, waitFor } from '@sluice/test-kafka'

/** A record as Kafka's own consumer sees it. */
export interface VisibleRecord {
  readonly partition: number
  readonly value: string
}

const program = fileURLToPath(new URL('Committed.java', import.meta.url))

/** What Kafka's own clients see of a topic: its committed records, and transactions that have not ended. */
export class CommittedView implements AsyncDisposable {
  readonly #java: JavaProcess
  readonly #servers: string

  private constructor(java: JavaProcess, servers: string) {
    this.#java = java
    this.#servers = servers
  }

  static async start(servers: string): Promise<CommittedView> {
    return new CommittedView(await startJava(program), servers)
  }

  /** From now on this topic is looked at, from its beginning. */
  async open(topic: string): Promise<void> {
    await this.#java.ask(`open ${this.#servers} ${topic}`)
  }

  /** The records that can be read now and were not given before, in order within each partition. */
  async more(): Promise<VisibleRecord[]> {
    const answer = await this.#java.ask('more')
    return answer === '' ? [] : answer.split(' ').map(recordIn)
  }

  /** By how many offsets the last stable offsets are behind the ends of the logs. */
  async lag(): Promise<number> {
    return Number(await this.#java.ask('lag'))
  }

  /** Transactions that have not ended; null where the brokers cannot tell. */
  async openTransactions(): Promise<string[] | null> {
    const answer = await this.#java.ask('open-transactions')
    if (answer === 'unsupported') return null
    return answer === '' ? [] : answer.split(',')
  }

  /**
   * Waits until no transaction is open and every log can be read to its end.
   *
   * @returns what still hangs when the time is over, empty where nothing does
   */
  async hanging(limitMs: number): Promise<string[]> {
    let hanging: string[] = []
    const isOver = async (): Promise<boolean> => {
      const lag = await this.lag()
      hanging = (await this.openTransactions()) ?? []
      if (lag > 0) hanging.push(`last stable offsets are ${lag} behind the ends`)
      return hanging.length === 0
    }
    await waitFor('all transactions have ended', isOver, limitMs).catch((error: unknown) => {
      if (hanging.length === 0) throw error
    })
    return hanging
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#java.stop()
  }
}

function recordIn(text: string): VisibleRecord {
  const colon = text.indexOf(':')
  return { partition: Number(text.slice(0, colon)), value: text.slice(colon + 1) }
}
