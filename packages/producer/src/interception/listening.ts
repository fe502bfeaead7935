import type { ChannelSource } from '../channels/channel-messages.js'
import type { ProducerRuntime } from '../runtime.js'
import type { Transaction } from '../transactions/transaction.js'
import type { SendingCalls } from './intercepted-sending.js'
import { Intercepting, type InterceptingDeps } from './intercepting.js'
import { ListenedSending } from './listened-sending.js'
import { ReroutedTransaction } from './rerouted-transaction.js'
import { isSendListened, SendChannel } from './send-channel.js'

/** What listening to records needs. */
export interface ListeningDeps extends InterceptingDeps {
  readonly source: ChannelSource
  readonly runtime: Pick<ProducerRuntime, 'logger' | 'setImmediate' | 'now'>
}

/**
 * Puts the interceptors around what sends, and the channels around the interceptors: a span of a channel begins before one of
 * theirs.
 */
export class Listening {
  readonly #intercepting: Intercepting | null
  readonly #telling: Intercepting

  /** @param intercepting - null without interceptors */
  constructor(intercepting: Intercepting | null, deps: ListeningDeps) {
    const { source, runtime } = deps
    const channel = new SendChannel(source, () => runtime.now())
    this.#intercepting = intercepting
    this.#telling = new Intercepting([channel], deps)
  }

  sending(calls: SendingCalls): SendingCalls {
    const intercepted = this.#intercepting?.sending(calls) ?? calls
    return new ListenedSending(intercepted, this.#telling.sending(intercepted))
  }

  transaction(transaction: Transaction<unknown, unknown>): Transaction<unknown, unknown> {
    const intercepted = this.#intercepting?.transaction(transaction) ?? transaction
    const told = this.#telling.sending(intercepted, true)
    return new ReroutedTransaction(intercepted, new ListenedSending(intercepted, told))
  }

  /** Resolves when interceptors and channels were told of all that has settled. */
  async acknowledged(): Promise<void> {
    if (this.#intercepting !== null || isSendListened()) await this.#telling.acknowledged()
  }
}
