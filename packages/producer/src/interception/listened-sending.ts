import type { RecordMetadata } from '@sluice/protocol'
import type { AbortOptions } from '../delivery/abort-signal.js'
import type { DeliveryCallback } from '../delivery/delivery-callback.js'
import type { GivenRecord } from '../intake/given-record.js'
import type { SendingCalls } from './intercepted-sending.js'
import { isSendListened } from './send-channel.js'

/** Lets the channels see each record while somebody listens. Otherwise a call is handed on as it is. */
export class ListenedSending implements SendingCalls {
  readonly #quiet: SendingCalls
  readonly #told: SendingCalls

  /** @param told - tells the channels, and sends by `quiet` */
  constructor(quiet: SendingCalls, told: SendingCalls) {
    this.#quiet = quiet
    this.#told = told
  }

  send(record: GivenRecord, options?: AbortOptions): Promise<RecordMetadata> {
    return isSendListened() ? this.#told.send(record, options) : this.#quiet.send(record, options)
  }

  sendMany(records: readonly GivenRecord[], options?: AbortOptions): Promise<RecordMetadata[]> {
    return (isSendListened() ? this.#told : this.#quiet).sendMany(records, options)
  }

  enqueue<C = undefined>(
    record: GivenRecord,
    onDelivery?: DeliveryCallback<C>,
    context?: C,
  ): boolean {
    return isSendListened()
      ? this.#told.enqueue(record, onDelivery, context)
      : this.#quiet.enqueue(record, onDelivery, context)
  }
}
