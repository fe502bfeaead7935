import { type ErrorCode, KafkaError } from '@sluice/protocol'
import type {
  ChannelSource,
  TransactionContext,
  TransactionMessage,
  TransactionOutcome,
} from './channel-messages.js'
import { channels, isTraced, traces } from './channels.js'
import { beginTrace, endTrace, publish, soon } from './publish.js'

/** Tells of the transactions of one producer, of which one is open at a time. */
export class TransactionChannel {
  readonly #source: ChannelSource
  #count = 0
  #isOpen = false
  /** Of the open transaction; null where there was no subscriber when it began. */
  #context: TransactionContext | null = null

  constructor(source: ChannelSource) {
    this.#source = source
  }

  /** In the context of the caller. */
  begun(): void {
    const transaction = ++this.#count
    this.#isOpen = true
    this.#context = isTraced(traces.transaction) ? { ...this.#source, transaction } : null
    if (this.#context !== null) beginTrace(traces.transaction, this.#context)
    this.#publish(transaction, 'begun', null)
  }

  /** @param failure - the first error in the transaction; undefined where there was none. Only the first end of a transaction counts. */
  ended(outcome: TransactionOutcome, failure: unknown): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    const [transaction, context] = [this.#count, this.#context]
    this.#context = null
    if (context === null && !channels.transaction.hasSubscribers) return
    const code = failure === undefined ? null : codeOf(failure)
    soon(() => {
      if (context !== null) {
        context.result = outcome
        endTrace(traces.transaction, context, code)
      }
      this.#publish(transaction, outcome, code)
    })
  }

  #publish(
    transaction: number,
    state: TransactionMessage['state'],
    errorCode: ErrorCode | null,
  ): void {
    if (!channels.transaction.hasSubscribers) return
    const message: TransactionMessage = { ...this.#source, transaction, state, errorCode }
    publish(channels.transaction, message)
  }
}

function codeOf(failure: unknown): ErrorCode {
  return failure instanceof KafkaError ? failure.code : 'UNKNOWN_SERVER_ERROR'
}
