import type { Transaction as Inner } from '@sluice/producer/compose'
import type { Transaction } from 'kafkajs-original'
import { failureOf } from '../errors/failure.js'
import type { Retry } from '../errors/retry.js'
import { defaultTimeoutMs, type LaneKind } from '../lanes/lane-options.js'
import type { Lane } from '../lanes/lane.js'
import type { Lanes } from '../lanes/lanes.js'
import { KafkaJSNonRetriableError } from '../original/errors.js'
import { createSender, type Route, type SenderDeps } from './sender.js'

const ended = 'Cannot continue to use transaction once ended'
const ongoing =
  'There is already an ongoing transaction for this producer. Please end the transaction before beginning another.'
const noId = 'Must provide transactional id for transactional producer'

/** The parts of a transaction that a lane has begun. */
interface Begun {
  readonly lane: Lane
  readonly inner: Inner
}

/** What the transactions of a producer share with its other sends. */
export interface TransactionsDeps extends Omit<SenderDeps, 'route' | 'isIdempotent'> {
  readonly retry: Retry
  lanes(): Lanes
}

type OffsetsOfCall = Parameters<Transaction['sendOffsets']>[0]

/** The transactions of one producer, one after the other, on a lane of their own. */
export class Transactions {
  readonly #transactionalId: string | undefined
  readonly #deps: TransactionsDeps
  #isOpen = false
  /** A producer has one codec. It is that of the first send of a transaction, and lasts for those that come after. */
  #compression = 0

  constructor(transactionalId: string | undefined, deps: TransactionsDeps) {
    this.#transactionalId = transactionalId
    this.#deps = deps
  }

  async begin(): Promise<Transaction> {
    if (!this.#transactionalId) throw new KafkaJSNonRetriableError(noId)
    if (this.#isOpen) throw new KafkaJSNonRetriableError(ongoing)
    this.#deps.checkConnected()
    this.#isOpen = true
    try {
      return this.#handle(await this.#beginOn(this.#compression))
    } catch (error) {
      this.#isOpen = false
      throw this.#failure(error)
    }
  }

  /** The producer was disconnected, and what was open with it. */
  reset(): void {
    this.#isOpen = false
  }

  async #beginOn(compression: number): Promise<Begun> {
    const kind: LaneKind = {
      acks: -1,
      timeout: defaultTimeoutMs,
      compression,
      transactionalId: this.#transactionalId!,
    }
    const lane = this.#deps.lanes().of(kind)
    return { lane, inner: await lane.producer.beginTransaction() }
  }

  /** Before its first record a transaction may still go to another lane, with another codec. */
  async #moved({ lane, inner }: Begun, compression: number): Promise<Begun> {
    await inner.abort()
    await this.#deps.lanes().close(lane)
    this.#compression = compression
    return this.#beginOn(compression)
  }

  #handle(begun: Begun): Transaction {
    let current: Begun | Promise<Begun> = begun
    let isUsed = false
    let isEnded = false
    const isActive = (): boolean => this.#isOpen && !isEnded
    const guarded =
      <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
      (...args: Args): Promise<Result> =>
        isActive() ? call(...args) : Promise.reject(new KafkaJSNonRetriableError(ended))
    const route = ({ compression }: LaneKind): Route | Promise<Route> => {
      if (!isUsed && compression !== this.#compression && !(current instanceof Promise)) {
        current = this.#moved(current, compression)
        current.catch(() => {})
      }
      isUsed = true
      return current instanceof Promise ? current.then(routeTo) : routeTo(current)
    }
    const end = async (how: 'commit' | 'abort'): Promise<void> => {
      const { inner } = await current
      await this.#told(inner[how]())
      isEnded = true
      this.#isOpen = false
    }
    const sender = createSender({ ...this.#deps, isIdempotent: true, route })
    return {
      send: guarded(sender.send),
      sendBatch: guarded(sender.sendBatch),
      sendOffsets: guarded(async (offsets: OffsetsOfCall) => {
        isUsed = true
        const { inner } = await current
        await this.#told(inner.sendOffsets(offsetsOf(offsets)))
      }),
      commit: guarded(() => end('commit')),
      abort: guarded(() => end('abort')),
      isActive,
    }
  }

  async #told<Result>(promise: Promise<Result>): Promise<Result> {
    try {
      return await promise
    } catch (error) {
      throw this.#failure(error)
    }
  }

  #failure(error: unknown): unknown {
    const { retry } = this.#deps
    return failureOf(error, 'produce', { retry, trouble: () => null })
  }
}

function routeTo({ lane, inner }: Begun): Route {
  return { lane, target: inner }
}

function offsetsOf({ consumerGroupId, topics }: OffsetsOfCall) {
  return {
    groupId: consumerGroupId,
    offsets: topics.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, offset }) => ({ topic, partition, offset })),
    ),
  }
}
