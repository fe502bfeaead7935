import { KafkaError } from '@sluice/protocol'
import { abortable, abortedError } from '../delivery/abort-signal.js'
import type { ProducerRuntime } from '../runtime.js'

/** What waits are bounded with. */
export interface BoundedWaitsDeps {
  readonly runtime: Pick<ProducerRuntime, 'setTimeout' | 'clearTimeout' | 'setImmediate'>
  readonly maxBlockMs: number
  /** Keeps the process alive until the promise has settled. */
  during<T>(work: Promise<T>): Promise<T>
}

/** How a caller of a wait hears of its end. */
export interface WaitOptions {
  /** Of what was waited for, once the time is over. */
  readonly persisted?: 'possibly'
  readonly signal?: AbortSignal | undefined
  /** Where the work waits for records, whose own waits may have begun with it: they are to fail first, and tell why. */
  readonly forRecords?: boolean
}

/** A wait for records is longer by this share of `maxBlockMs`: their own waits are longer by a tenth of it at most. */
const laterBy = 0.01

/** Waits of at most `maxBlockMs` for work that goes on when its callers have stopped waiting. */
export class BoundedWaits {
  readonly #deps: BoundedWaitsDeps

  constructor(deps: BoundedWaitsDeps) {
    this.#deps = deps
  }

  /**
   * Settles as the work does.
   *
   * @param call - the name of the call that waits
   * @throws KafkaError TRANSACTION_TIMEOUT; ABORTED by its signal
   */
  async until<T>(
    work: Promise<T>,
    call: string,
    { signal, forRecords = false, ...fields }: WaitOptions = {},
  ): Promise<T> {
    const { runtime, maxBlockMs, during } = this.#deps
    const ms = forRecords ? maxBlockMs * (1 + laterBy) : maxBlockMs
    let timer: unknown
    const bound = new Promise<never>((_, reject) => {
      const detail = `${call}() has not ended within maxBlockMs (${maxBlockMs} ms), and goes on; call ${call}() again to hear how it ends`
      const fail = (): void => reject(new KafkaError('TRANSACTION_TIMEOUT', detail, fields))
      // The event loop may have been held up. Answers that have come meanwhile are read first.
      timer = runtime.setTimeout(() => runtime.setImmediate(fail), ms)
    })
    try {
      const ended = Promise.race([work, bound])
      return await during(abortable(ended, signal, () => abortedError(signal!)))
    } finally {
      runtime.clearTimeout(timer)
    }
  }
}
