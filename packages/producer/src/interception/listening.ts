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

/** Puts the channels around what sends, and around the interceptors: a span of a channel begins before one of theirs. */
export class Listening {
  readonly #intercepting: Intercepting

  constructor(deps: ListeningDeps) {
    const { source, runtime } = deps
    const channel = new SendChannel(source, () => runtime.now())
    this.#intercepting = new Intercepting([channel], deps)
  }

  sending(calls: SendingCalls): SendingCalls {
    return new ListenedSending(calls, this.#intercepting.sending(calls))
  }

  transaction(transaction: Transaction<unknown, unknown>): Transaction<unknown, unknown> {
    const told = this.#intercepting.sending(transaction, true)
    return new ReroutedTransaction(transaction, new ListenedSending(transaction, told))
  }

  /** Resolves when the channels were told of all that has settled, where somebody listens. */
  async acknowledged(): Promise<void> {
    if (isSendListened()) await this.#intercepting.acknowledged()
  }
}
