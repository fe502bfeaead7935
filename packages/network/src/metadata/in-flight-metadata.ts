import type { BrokerNode } from '../nodes/broker-node.js'
import type { MetadataQuestion } from './metadata-schedule.js'

/** More are of no use: a cluster that answers none of so many brokers' questions is in trouble. */
const most = 3

/**
 * The questions for metadata that are not answered: one, and where a broker keeps it waiting for long, others to
 * other brokers. The first answer is taken, and what comes after it is old.
 */
export class OpenQuestions {
  readonly #questions = new Map<BrokerNode, MetadataQuestion>()

  /** Whether everything there is interest in is asked for. */
  get full(): boolean {
    return [...this.#questions.values()].some(({ full }) => full)
  }

  get none(): boolean {
    return this.#questions.size === 0
  }

  /** Whether one more may be asked. */
  get mayAsk(): boolean {
    const nodes = [...this.#questions.keys()]
    return nodes.length < most && nodes.every(({ stalled }) => stalled)
  }

  ask(node: BrokerNode, question: MetadataQuestion): void {
    this.#questions.set(node, question)
  }

  /** @returns false when it no longer matters what came of it */
  answered(node: BrokerNode, question: MetadataQuestion): boolean {
    return this.#questions.get(node) === question && this.#questions.delete(node)
  }

  clear(): void {
    this.#questions.clear()
  }
}
