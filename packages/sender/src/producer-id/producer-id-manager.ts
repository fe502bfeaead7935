import type { Answer, NetworkClient } from '@sluice/network'
import {
  type ErrorCode,
  errorCodeOf,
  exponentialBackoff,
  initProducerIdApi,
  KafkaError,
  type ResponseOf,
} from '@sluice/protocol'
import type { ResolvedSenderOptions } from '../options.js'
import type { SenderRuntime } from '../runtime.js'

type InitProducerIdResponse = ResponseOf<typeof initProducerIdApi>

/** Whether batches wait for the id, or are to be expected, or not even that. */
export type IdentityNeed = 'now' | 'soon' | 'none'

/** Who a batch says it comes from. */
export interface ProducerIdAndEpoch {
  readonly id: bigint
  readonly epoch: number
}

/** Of batches without idempotence. */
const nobody: ProducerIdAndEpoch = { id: -1n, epoch: -1 }

/** The producer id that an idempotent producer's batches carry, fetched from any broker when it is first needed. */
export class ProducerIdentity {
  readonly #network: NetworkClient
  readonly #options: ResolvedSenderOptions
  readonly #runtime: SenderRuntime
  readonly #onChange: () => void
  #current: ProducerIdAndEpoch | null = null
  #lastError: KafkaError | null = null
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

  /** Null while there is none; then it may be asked for. An id of −1n without idempotence. */
  get(now: number, need: IdentityNeed): ProducerIdAndEpoch | null {
    if (!this.#options.idempotent) return nobody
    // After a failure only what waits for it counts, so that nobody keeps asking for nothing.
    const isNeeded = need === 'now' || (need === 'soon' && this.#attempts === 0)
    if (this.#current === null && isNeeded && !this.#asking && now >= this.#retryAt) this.#ask()
    return this.#current
  }

  /** Forgets this id, unless it has been replaced since. */
  renew(used: bigint): void {
    if (this.#current?.id === used) this.#current = null
  }

  /** When it may be asked for again, monotonic ms; Infinity when that is not a matter of time. */
  retryAfter(now: number): number {
    return this.#current === null && !this.#asking && this.#retryAt > now ? this.#retryAt : Infinity
  }

  /** Why there is none yet; null where nobody has failed to get one. */
  get lastError(): KafkaError | null {
    return this.#lastError
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
      const { producerId, producerEpoch } = answer.response!
      this.#current = { id: producerId, epoch: producerEpoch }
      this.#attempts = 0
      this.#lastError = null
    } else {
      const { error: cause } = answer
      this.#failed(
        new KafkaError(code, `the cluster gave no producer id (InitProducerId)${adviceOn(code)}`, {
          cause,
        }),
      )
    }
    this.#onChange()
  }

  #failed(error: KafkaError): void {
    const { retryBackoffMs, retryBackoffMaxMs } = this.#options
    const { now, random } = this.#runtime
    this.#lastError = error
    this.#retryAt =
      now() + exponentialBackoff(this.#attempts++, retryBackoffMs, retryBackoffMaxMs, random)
    if (!error.retriable) this.#refusal = error
  }
}

/** Since KIP-679 the right to write to any topic is enough. */
function adviceOn(code: ErrorCode): string {
  if (code !== 'CLUSTER_AUTHORIZATION_FAILED') return ''
  return '; grant Write on the topic (on an old Kafka IdempotentWrite on the cluster), or set idempotent: false'
}

/** An id or epoch below 0 is none: with it batches would go without protection against duplicates. */
function refusalOf(response: InitProducerIdResponse | null): ErrorCode | null {
  if (response === null) return 'UNKNOWN_SERVER_ERROR'
  const { errorCode, producerEpoch, producerId } = response
  const isNone = producerId < 0n || producerEpoch < 0
  return errorCode === 0 && isNone ? 'MALFORMED_RESPONSE' : errorCodeOf(errorCode)
}
