import type { AccumulatorFront } from '@sluice/accumulator'
import { KafkaError } from '@sluice/protocol'
import type { CallbackDeliveries } from '../delivery/callback-delivery.js'
import type { ProducerRuntime } from '../runtime.js'
import type { SendingHalf } from '../sending-half/sending-half.js'
import type { Telemetry } from '../telemetry/telemetry.js'

/** What is left fails at once, and connections close at once: a stage that takes longer than this is broken. */
const endMs = 1_000

export interface ClosingDeps {
  readonly front: AccumulatorFront
  readonly sendingHalf: SendingHalf
  readonly callbacks: CallbackDeliveries
  readonly runtime: ProducerRuntime
  /** Null where the cluster is told nothing. */
  readonly telemetry: Pick<Telemetry, 'end'> | null
}

/** The steps of a close: flush within its time, fail what is left, tell of it, disconnect. Each has a bound. */
export class Closing {
  readonly #deps: ClosingDeps
  #endFlush: () => void = () => {}

  constructor(deps: ClosingDeps) {
    this.#deps = deps
  }

  /** @throws KafkaError ILLEGAL_STATE where a stage has not ended in time */
  async run(flush: () => Promise<void>): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#endFlush = resolve
      flush().then(resolve, resolve)
    })
    // While there still is a connection. Nothing waits for it.
    this.#deps.telemetry?.end()
    try {
      await this.#failTheRest()
    } finally {
      await this.#disconnect()
    }
  }

  /** The time of the flush is over. */
  endFlush(): void {
    this.#endFlush()
  }

  async #failTheRest(): Promise<void> {
    const { front, callbacks, runtime } = this.#deps
    await this.#bounded(front.close(), () => {
      const left = front.unsettled?.() ?? 'some'
      return `close() has failed what was left, but ${left} records have not settled within ${endMs} ms`
    })
    await callbacks.deferredDone()
    // The promises have rejected by now. Their callers hear of it before the turn of the event loop ends.
    await new Promise<void>((resolve) => void runtime.setImmediate(() => resolve()))
  }

  async #disconnect(): Promise<void> {
    await this.#bounded(this.#deps.sendingHalf.close(), stillConnected)
  }

  async #bounded(work: Promise<void>, late: () => string): Promise<void> {
    const { runtime } = this.#deps
    let timer: unknown
    const bound = new Promise<never>((_, reject) => {
      const fail = (): void =>
        reject(
          new KafkaError(
            'ILLEGAL_STATE',
            `${late()}: a stage of the producer does not end; if none of them is your own, please report it`,
          ),
        )
      // The event loop may have been held up. Answers that have come meanwhile are read first.
      timer = runtime.setTimeout(() => runtime.setImmediate(fail), endMs)
    })
    try {
      await Promise.race([work, bound])
    } finally {
      runtime.clearTimeout(timer)
    }
  }
}

function stillConnected(): string {
  return `close() has waited ${endMs} ms for the connections to close`
}
