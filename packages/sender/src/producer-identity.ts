import type { Answer, NetworkClient } from '@sluice/network'
import {
  type ErrorCode,
  errorCodeOf,
  exponentialBackoff,
  initProducerIdApi,
  KafkaError,
  type ResponseOf,
} from '@sluice/protocol'
import type { ResolvedSenderOptions } from './options.js'
import type { SenderRuntime } from './runtime.js'

type InitProducerIdResponse = ResponseOf<typeof initProducerIdApi>

/** Whether batches wait for the id, or are to be expected, or not even that. */
export type IdentityNeed = 'now' | 'soon' | 'none'

/** The producer id that an idempotent producer's batches carry, fetched from any broker when it is first needed. */
export class ProducerIdentity {
  readonly #network: NetworkClient
  readonly #options: ResolvedSenderOptions
  readonly #runtime: SenderRuntime
  readonly #onChange: () => void
  #id: bigint | null = null
  #asking = false
  #attempts = 0
  #retryAt = -Infinity
  #refusal: KafkaError | null = null

  constructor(
    network: NetworkClient,
    options: ResolvedSenderOptions,
    runtime: SenderRuntime,
    onChange: () => void,
  ) {
    this.#network = network
    this.#options = options
    this.#runtime = runtime
    this.#onChange = onChange
  }

  /** The id, or null while there is none; then it may be asked for. −1n without idempotence. */
  get(now: number, need: IdentityNeed): bigint | null {
    if (!this.#options.idempotent) return -1n
    // After a failure only what waits for it counts, so that nobody keeps asking for nothing.
    const isNeeded = need === 'now' || (need === 'soon' && this.#attempts === 0)
    if (this.#id === null && isNeeded && !this.#asking && now >= this.#retryAt) this.#ask()
    return this.#id
  }

  /** Forgets this id, unless it has been replaced since. */
  renew(used: bigint): void {
    if (this.#id === used) this.#id = null
  }

  /** When it may be asked for again, monotonic ms; Infinity when that is not a matter of time. */
  retryAfter(now: number): number {
    return this.#id === null && !this.#asking && this.#retryAt > now ? this.#retryAt : Infinity
  }

  /** The cluster's no, once. */
  takeRefusal(): KafkaError | null {
    const refusal = this.#refusal
    this.#refusal = null
    return refusal
  }

  #ask(): void {
    const node = this.#network.leastLoadedNode()
    if (node === null) return
    this.#asking = true
    const request = {
      api: initProducerIdApi,
      expectsAnswer: true,
      build: () => ({
        transactionalId: null,
        transactionTimeoutMs: 2_147_483_647,
        producerId: -1n,
        producerEpoch: -1,
      }),
    }
    this.#network.send(node, request, (answer) => this.#answered(answer))
  }

  #answered(answer: Answer<InitProducerIdResponse>): void {
    this.#asking = false
    const code = answer.error?.code ?? refusalOf(answer.response)
    if (code === null) {
      this.#id = answer.response!.producerId
      this.#attempts = 0
    } else {
      const { error: cause } = answer
      this.#failed(
        new KafkaError(code, 'the cluster gave no producer id (InitProducerId)', { cause }),
      )
    }
    this.#onChange()
  }

  #failed(error: KafkaError): void {
    const { retryBackoffMs, retryBackoffMaxMs } = this.#options
    const { now, random } = this.#runtime
    this.#retryAt =
      now() + exponentialBackoff(this.#attempts++, retryBackoffMs, retryBackoffMaxMs, random)
    if (!error.retriable) this.#refusal = error
  }
}

/** An id below 0 is none: with it batches would go without protection against duplicates. */
function refusalOf(response: InitProducerIdResponse | null): ErrorCode | null {
  if (response === null) return 'UNKNOWN_SERVER_ERROR'
  const { errorCode, producerId } = response
  return errorCode === 0 && producerId < 0n ? 'MALFORMED_RESPONSE' : errorCodeOf(errorCode)
}
