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
import type { ProducerIdAndEpoch, ProducerIdNeed } from './epochs.js'

type InitProducerIdResponse = ResponseOf<typeof initProducerIdApi>

/** The producer id that an idempotent producer's batches carry, fetched from any broker when it is first needed. */
export class ProducerIdManager {
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

  /** Null while there is none; then it may be asked for. */
  get(now: number, need: ProducerIdNeed): ProducerIdAndEpoch | null {
    // After a failure only batches that wait for the id count: an idle producer must not go on asking.
    const isNeeded = need === 'now' || (need === 'soon' && this.#attempts === 0)
    if (this.#current === null && isNeeded && !this.#asking && now >= this.#retryAt) this.#ask()
    return this.#current
  }

  isCurrent(id: bigint): boolean {
    return this.#current?.id === id
  }

  /** Forgets this id, unless another one has replaced it since. */
  renew(used: bigint): void {
    if (this.isCurrent(used)) this.#current = null
  }

  /** When it may be asked for again, in monotonic ms; Infinity when that is not a matter of time. */
  retryAt(now: number): number {
    return this.#current === null && !this.#asking && this.#retryAt > now ? this.#retryAt : Infinity
  }

  /** Why there is none yet; null while no request for one has failed. */
  get lastError(): KafkaError | null {
    return this.#lastError
  }

  /** Tells once that the cluster gives no id for good, and why. */
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
    const code = answer.error?.code ?? errorOf(answer.response)
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

/** Since KIP-679 the right to write to any topic is enough to get a producer id. */
function adviceOn(code: ErrorCode): string {
  if (code !== 'CLUSTER_AUTHORIZATION_FAILED') return ''
  return '; grant Write on the topic (on an old Kafka IdempotentWrite on the cluster), or set idempotent: false'
}

/** An id or epoch below 0 is no answer: with it batches would go without protection against duplicates. */
function errorOf(response: InitProducerIdResponse | null): ErrorCode | null {
  if (response === null) return 'UNKNOWN_SERVER_ERROR'
  const { errorCode, producerEpoch, producerId } = response
  const isNone = producerId < 0n || producerEpoch < 0
  return errorCode === 0 && isNone ? 'MALFORMED_RESPONSE' : errorCodeOf(errorCode)
}
