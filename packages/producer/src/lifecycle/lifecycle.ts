import type { AccumulatorFront } from '@sluice/accumulator'
import { describeValue, KafkaError, longestTimerMs } from '@sluice/protocol'
import { abortedError } from '../delivery/abort-signal.js'
import type { CallbackDeliveries } from '../delivery/callback-delivery.js'
import type { UnhandledFailures } from '../delivery/unhandled-failures.js'
import { invalidArgument } from '../invalid.js'
import type { Logger, ProducerRuntime } from '../runtime.js'
import type { SendingHalf } from '../sending-half/sending-half.js'
import type { Telemetry } from '../telemetry/telemetry.js'
import { Closing } from './closing.js'
import { ExitWarning } from './exit-warning.js'
import { Flushes } from './flushes.js'
import { KeepAlive } from './keep-alive.js'

/** What must come to an end when the producer does. */
export interface LifecycleDeps {
  readonly front: AccumulatorFront
  readonly sendingHalf: SendingHalf
  readonly callbacks: CallbackDeliveries
  readonly unhandled: UnhandledFailures
  readonly runtime: ProducerRuntime
  /** Ends the transaction that is open, if there is one. */
  endTransaction?(): Promise<void>
  /** Null where the cluster is told nothing. */
  readonly telemetry: Pick<Telemetry, 'begin' | 'end'> | null
  /** Resolves when interceptors have heard of all that has settled. Left out where there are none. */
  acknowledged?(): Promise<void>
  /** The caller's; null where there is none. */
  readonly logger: Logger | null
}

/** Connects, flushes, closes, and keeps the process alive meanwhile. */
export class Lifecycle {
  readonly #deps: LifecycleDeps
  readonly #keepAlive = new KeepAlive()
  readonly #exitWarning: ExitWarning
  readonly #closing: Closing
  readonly #flushes: Flushes
  /** Null before the first close. */
  #closed: Promise<void> | null = null

  constructor(deps: LifecycleDeps) {
    this.#deps = deps
    this.#closing = new Closing(deps)
    const { front, callbacks, logger } = deps
    this.#flushes = new Flushes(front, callbacks, async () => deps.acknowledged?.())
    this.#exitWarning = new ExitWarning({
      unsettled: () => front.unsettled?.() ?? 0,
      warn: logger === null ? null : (message) => logger.warn(message),
    })
    front.onPending((pending) => {
      if (pending) deps.telemetry?.begin()
      const change = pending ? 'hold' : 'release'
      this.#keepAlive[change]()
      this.#exitWarning[change]()
    })
  }

  /** True from the first close on. */
  get closed(): boolean {
    return this.#closed !== null
  }

  /** @throws KafkaError PRODUCER_CLOSED */
  checkOpen(): void {
    if (this.closed) throw closedError()
  }

  /** @throws KafkaError ILLEGAL_STATE inside a delivery callback */
  checkOutsideCallback(call: string): void {
    if (!this.#deps.callbacks.running) return
    throw new KafkaError(
      'ILLEGAL_STATE',
      `${call}() inside a delivery callback would wait for the callback itself; call it later`,
    )
  }

  /** Keeps the process alive until the work has ended. */
  during<T>(work: Promise<T>): Promise<T> {
    return this.#keepAlive.during(work)
  }

  async connect(signal: AbortSignal | undefined): Promise<void> {
    this.checkOpen()
    this.#deps.telemetry?.begin()
    try {
      await this.#keepAlive.during(
        this.#deps.sendingHalf.connect(signal === undefined ? {} : { signal }),
      )
    } catch (error) {
      if (this.#closed === null || (error as KafkaError).code !== 'CONNECTION_CLOSED') throw error
      throw closedError(error)
    }
  }

  async flush(signal: AbortSignal | undefined): Promise<void> {
    this.checkOutsideCallback('flush')
    if (signal?.aborted) throw abortedError(signal)
    await this.#flushes.flushed(signal)
  }

  /** A second call waits for the end of the first one, and shortens it if its own time-out is shorter. */
  async close(timeoutMs: number): Promise<void> {
    this.checkOutsideCallback('close')
    if (typeof timeoutMs !== 'number' || !(timeoutMs >= 0))
      throw invalidArgument(
        `timeoutMs is ${describeValue(timeoutMs)}; give a number of milliseconds, 0 or more`,
      )
    this.#closed ??= this.#keepAlive.during(this.#close())
    const { runtime } = this.#deps
    const endFlush = (): void => this.#closing.endFlush()
    const timer = runtime.setTimeout(endFlush, Math.min(timeoutMs, longestTimerMs))
    await this.#closed.finally(() => runtime.clearTimeout(timer))
  }

  async #close(): Promise<void> {
    try {
      await this.#closing.run(() => this.#endAndFlush())
    } finally {
      this.#deps.unhandled.end()
      this.#exitWarning.end()
      this.#keepAlive.end()
    }
  }

  async #endAndFlush(): Promise<void> {
    await this.#deps.endTransaction?.()
    await this.#flushes.flushed()
  }
}

function closedError(cause?: unknown): KafkaError {
  return new KafkaError('PRODUCER_CLOSED', 'the producer is closed; create another one', {
    persisted: 'no',
    cause,
  })
}
