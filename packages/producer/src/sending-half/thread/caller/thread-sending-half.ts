import type { ToFront, ToQueue } from '@sluice/accumulator'
import { describeError, type KafkaError } from '@sluice/protocol'
import type { Transactions } from '@sluice/sender'
import type { ProducerObserver } from '../../../observer.js'
import type { ProducerRuntime } from '../../../runtime.js'
import type { SendingHalf } from '../../sending-half.js'
import type { TelemetryChannel } from '../../telemetry-channel.js'
import { Calls } from '../calls.js'
import type { Listened } from '../listened.js'
import { connectOnThread, transactionsOnThread } from './calls-of-thread.js'
import { ClosingThread } from './closing-thread.js'
import { Ending } from './ending.js'
import { HeardMessages } from './heard-messages.js'
import type { MainFunctions } from './main-functions.js'
import { Posting } from './posting.js'
import { telemetryOnThread } from './telemetry-on-thread.js'
import { closedBeforeSent, deathOf, lossOf } from './thread-errors.js'
import { type StartThread, ThreadLife } from './thread-life.js'

/** What a sending half on a thread of its own needs. */
export interface ThreadSendingHalfDeps {
  readonly start: StartThread
  /** What the thread may call. */
  readonly functions: MainFunctions
  readonly runtime: ProducerRuntime
  /** Hears the events of the thread. */
  readonly observer: ProducerObserver
  /** Knows which events the thread is to tell. */
  readonly listened: Listened
  /** A thread has ended, and with it what it had connected. */
  lost(): void
  /** Whether it has a `transactionalId`. */
  readonly transactional: boolean
  /** Takes a warning of an option that makes the connection less secure. */
  warnOfSecurity(text: string): void
}

/** The caller's side of a sending half on a thread of its own: it hands messages on, and knows what is lost when the thread dies. */
export class ThreadSendingHalf implements SendingHalf {
  transactions?: Transactions
  readonly telemetry: TelemetryChannel
  readonly #transactional: boolean
  readonly #life: ThreadLife
  readonly #ending: Ending
  readonly #posting: Posting
  readonly #calls: Calls
  readonly #closing: ClosingThread
  readonly #runtime: ProducerRuntime
  #toFront: (message: ToFront) => void = () => {}
  #toldOfMistake = false

  constructor(deps: ThreadSendingHalfDeps) {
    const toFront = (message: ToFront): void => this.#toFront(message)
    this.#transactional = deps.transactional
    this.#runtime = deps.runtime
    this.#ending = new Ending(deps.transactional)
    const posting = new Posting({
      life: () => this.#life,
      ending: this.#ending,
      listened: deps.listened,
      toFront,
    })
    this.#posting = posting
    this.#calls = new Calls((message) => posting.add(message))
    this.#life = new ThreadLife({
      start: deps.start,
      runtime: deps.runtime,
      marks: () => posting.begin(),
      messages: (messages) => {
        for (const message of messages) heard.hear(message)
        posting.tellListened()
      },
      died: (reason) => {
        deps.lost()
        this.#died(reason)
      },
      rested: () => posting.rested(),
    })
    this.telemetry = telemetryOnThread({ calls: this.#calls, over: () => this.#ending.over })
    const joined = { life: this.#life, calls: this.#calls, runtime: deps.runtime }
    this.#closing = new ClosingThread(joined)
    const heard = new HeardMessages({
      ...joined,
      toFront,
      observer: deps.observer,
      functions: deps.functions,
      warnOfSecurity: deps.warnOfSecurity,
      handed: () => posting.handed,
      post: (message) => posting.add(message),
    })
  }

  start(toFront: (message: ToFront) => void): void {
    this.#toFront = toFront
    if (!this.#transactional) return
    this.transactions = transactionsOnThread({ calls: this.#calls, over: () => this.#ending.over })
  }

  receive(message: ToQueue): void {
    if (message.type === 'close') this.#endQueue()
    else this.#posting.receive(message)
  }

  connect({ signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const over = (): KafkaError | null => this.#ending.ofConnect
    return connectOnThread({ calls: this.#calls, over }, signal)
  }

  async close(): Promise<void> {
    this.#end()
    await this.#closing.close()
  }

  /** No other thread starts, and nothing is kept for one. */
  #end(): void {
    this.#ending.close()
    this.#life.end()
    // No thread will answer what was asked in the pause after a death.
    if (this.#life.thread === null)
      this.#calls.rejectAll(() => this.#ending.ofCall(closedBeforeSent()))
  }

  /** The front has closed: the thread fails what is left. */
  #endQueue(): void {
    this.#end()
    if (this.#life.thread === null) return this.#posting.schedule()
    this.#closing.limit()
    this.#posting.add({ type: 'close' })
  }

  #died(reason: Error): void {
    const death = deathOf(reason)
    const goesOn = this.#ending.died(death)
    if (!goesOn) this.#life.end()
    // First: what the callers of lost records ask for is for the next thread.
    this.#calls.rejectAll(() => this.#ending.ofCall(reason))
    this.#posting.lost(death)
    if (goesOn) this.#tell(reason)
    else this.#posting.schedule()
  }

  /** A plug-in that cannot be made is a mistake of the program. Each thread that is started finds it again. */
  #log({ code, message }: KafkaError): void {
    const { logger } = this.#runtime
    if (code !== 'INVALID_OPTION') return logger.warn(message)
    if (!this.#toldOfMistake) logger.error(message)
    this.#toldOfMistake = true
  }

  /** Records that wait for metadata wait for the next thread. If that dies, too, their errors say why. */
  #tell(reason: Error): void {
    const error = lossOf(reason)
    this.#log(error)
    this.#toFront({ type: 'metadata', topics: [], failure: describeError(error) })
  }
}
