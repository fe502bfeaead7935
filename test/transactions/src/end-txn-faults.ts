import { endTxnApi } from '@sluice/protocol'
import { answerBody, type FaultProxy, type RequestFrame } from '@sluice/test-fault-proxy'

/** What is done to EndTxn. `drop` leaves the connection open and silent, `reset` ends it. */
export interface EndTxnFault {
  /** Requests that are kept from the broker. */
  readonly requests?: number
  /** Answers that are kept from the producer, after the broker has acted. */
  readonly answers?: number
  readonly how: 'drop' | 'reset'
}

/** Picks EndTxn out of what goes through the proxies, and does the next of them what it is told. */
export class EndTxnFaults {
  readonly #proxies: readonly FaultProxy[]
  #fault: Required<EndTxnFault> = { requests: 0, answers: 0, how: 'drop' }
  #lost: { proxy: FaultProxy; request: RequestFrame } | null = null
  #onLost: () => void = () => {}
  #gate: Promise<void> = Promise.resolve()
  #open: () => void = () => {}

  constructor(proxies: readonly FaultProxy[]) {
    this.#proxies = proxies
    for (const proxy of proxies) {
      proxy.onRequest = (request) => this.#judgeRequest(proxy, request)
      proxy.onAnswer = (answer) => this.#judgeAnswer(answer.apiKey)
    }
  }

  /**
   * Lets the fault happen to the next EndTxn. What is sent again after a lost request waits for `letPass`.
   *
   * @returns resolves when the first request was kept from the broker
   */
  async strike(fault: EndTxnFault): Promise<void> {
    this.#fault = { requests: 0, answers: 0, ...fault }
    this.#lost = null
    if (this.#fault.requests === 0) return
    this.#gate = new Promise((resolve) => (this.#open = resolve))
    await new Promise<void>((resolve) => (this.#onLost = resolve))
  }

  letPass(): void {
    this.#open()
  }

  /** What has not come about will not, and nothing waits. @returns how many faults these are */
  end(): number {
    const { requests, answers, how } = this.#fault
    this.#fault = { requests: 0, answers: 0, how }
    this.#open()
    return requests + answers
  }

  /** The request that was lost arrives at its broker now. @returns the code that the broker answers */
  async arriveLate(): Promise<number> {
    const { proxy, request } = this.#lost!
    return answerBody(endTxnApi, await proxy.arriveLate(request)).errorCode
  }

  stop(): void {
    this.#open()
    for (const proxy of this.#proxies) {
      proxy.onRequest = () => 'pass'
      proxy.onAnswer = () => 'pass'
    }
  }

  async #judgeRequest(
    proxy: FaultProxy,
    request: RequestFrame,
  ): Promise<'pass' | 'drop' | 'reset'> {
    if (request.apiKey !== endTxnApi.key) return 'pass'
    if (this.#fault.requests > 0) {
      this.#fault = { ...this.#fault, requests: this.#fault.requests - 1 }
      // The proxy may use the bytes again.
      this.#lost = { proxy, request: { ...request, bytes: Buffer.from(request.bytes) } }
      this.#onLost()
      return this.#fault.how
    }
    await this.#gate
    return 'pass'
  }

  #judgeAnswer(apiKey: number): 'pass' | 'drop' | 'reset' {
    if (apiKey !== endTxnApi.key || this.#fault.answers === 0) return 'pass'
    this.#fault = { ...this.#fault, answers: this.#fault.answers - 1 }
    return this.#fault.how
  }
}
