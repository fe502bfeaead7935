import type { ToFront, ToQueue } from '@sluice/accumulator'
import { codeNotLoaded, describeError } from '@sluice/protocol'
import type { Transactions } from '@sluice/sender'
import { inOwnContext } from '../../own-context.js'
import type { SendingHalf } from '../sending-half.js'
import type { TelemetryChannel } from '../telemetry-channel.js'
import { unsentBatch } from './unsent-batch.js'

/** What a sending half that is loaded late needs. */
export interface LateSendingHalfDeps {
  /** Loads the code of the sending half, and makes it. */
  load(): Promise<SendingHalf>
  /** Whether it has a `transactionalId`. */
  readonly transactional: boolean
}

/**
 * Stands for a sending half whose code is loaded with the first message: a program that never uses it does not load it, and
 * a bundler may put it into a file of its own. Until it is there, messages wait in their order.
 */
export class LateSendingHalf implements SendingHalf {
  transactions?: Transactions
  readonly telemetry: TelemetryChannel = {
    available: async () => (await this.#telemetry()).available(),
    subscribe: async (id) => (await this.#telemetry()).subscribe(id),
    // At once where that is possible: the last push comes before the close.
    push: async (push) => (this.#half?.telemetry ?? (await this.#telemetry())).push(push),
  }
  readonly #deps: LateSendingHalfDeps
  #toFront: (message: ToFront) => void = () => {}
  #early: ToQueue[] = []
  #half: SendingHalf | null = null
  #loading: Promise<SendingHalf> | null = null

  constructor(deps: LateSendingHalfDeps) {
    this.#deps = deps
  }

  start(toFront: (message: ToFront) => void): void {
    this.#toFront = toFront
    if (!this.#deps.transactional) return
    const loaded = async (): Promise<Transactions> => (await this.#loaded()).transactions!
    this.transactions = {
      initialize: async () => (await loaded()).initialize(),
      begin: async () => (await loaded()).begin(),
      sendOffsets: async (offsets) => (await loaded()).sendOffsets(offsets),
      end: async (commit) => (await loaded()).end(commit),
    }
  }

  receive(message: ToQueue): void {
    if (this.#half !== null) return this.#half.receive(message)
    // A producer that was never used has nothing to close.
    if (message.type === 'close' && this.#loading === null) return
    this.#early.push(message)
    void this.#loaded()
  }

  async connect(options?: { readonly signal?: AbortSignal }): Promise<void> {
    await (await this.#loaded()).connect(options)
  }

  async close(): Promise<void> {
    await (await this.#loading)?.close()
  }

  async #telemetry(): Promise<TelemetryChannel> {
    return (await this.#loaded()).telemetry!
  }

  #loaded(): Promise<SendingHalf> {
    this.#loading ??= inOwnContext(this.#deps.load)
      .catch((error: unknown) => unloadable(error, this.#toFront))
      .then((half) => this.#begin(half))
    return this.#loading
  }

  #begin(half: SendingHalf): SendingHalf {
    half.start(this.#toFront)
    // The front may answer a message with another one, which has its place at the end.
    for (const message of this.#early) half.receive(message)
    this.#early = []
    this.#half = half
    return half
  }
}

/** Stands for a sending half whose code cannot be loaded. */
function unloadable(reason: unknown, toFront: (message: ToFront) => void): SendingHalf {
  const error = codeNotLoaded('senderThread', 'its code', '@sluice/producer', reason)
  const failure = describeError(error)
  const fail = (): Promise<never> => Promise.reject(error)
  return {
    start: () => {},
    receive(message) {
      if (message.type === 'topic') toFront({ type: 'metadata', topics: [], failure })
      if (message.type === 'sealed')
        for (const told of unsentBatch(message.batch, error)) toFront(told)
    },
    transactions: { initialize: fail, begin: fail, sendOffsets: fail, end: fail },
    telemetry: { available: fail, subscribe: fail, push: fail },
    connect: fail,
    close: () => Promise.resolve(),
  }
}
