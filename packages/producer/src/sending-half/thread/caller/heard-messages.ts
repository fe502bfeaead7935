import type { ToFront } from '@sluice/accumulator'
import type { ProducerObserver } from '../../../observer.js'
import type { ProducerRuntime } from '../../../runtime.js'
import { answer, type Calls } from '../calls.js'
import { arrived, errorOf } from '../crossing-errors.js'
import type {
  AnswerMessage,
  CallMessage,
  EventMessage,
  FromThread,
  LineMessage,
} from '../thread-messages.js'
import type { HandedBatches } from './handed-batches.js'
import type { MainFunctions } from './main-functions.js'
import type { ThreadLife } from './thread-life.js'

/** Where what a thread says belongs. */
export interface HeardMessagesDeps {
  readonly functions: MainFunctions
  readonly runtime: Pick<ProducerRuntime, 'logger'>
  /** Hears the events of the thread. */
  readonly observer: ProducerObserver
  readonly life: ThreadLife
  readonly calls: Calls
  /** The batches of the present thread. */
  handed(): HandedBatches
  toFront(message: ToFront): void
  post(message: AnswerMessage): void
  /** Takes a warning of an option that makes the connection less secure. */
  warnOfSecurity(text: string): void
}

/** Brings each message of a thread to where it belongs: to the front, to a caller who waits, to a function of the program. */
export class HeardMessages {
  readonly #deps: HeardMessagesDeps

  constructor(deps: HeardMessagesDeps) {
    this.#deps = deps
  }

  hear(message: FromThread): void {
    const { calls, life } = this.#deps
    switch (message.type) {
      case 'call':
        this.#answer(message)
        return
      case 'answer':
        return calls.answered(message)
      case 'line':
        return this.#log(message)
      case 'event':
        return this.#observe(message)
      case 'unusable':
        return life.lose(errorOf(arrived(message.failure)))
      default:
        this.#hearOfSending(message)
    }
  }

  /** Only the thread that has asked gets the answer: the next thread counts its own calls from the beginning. */
  #answer(message: CallMessage): void {
    const { functions, life, post } = this.#deps
    const { thread } = life
    const toAsker = (answered: AnswerMessage): void => {
      if (life.thread === thread) post(answered)
    }
    void answer(message, () => functions.get(message.name)!(message.argument), toAsker)
  }

  #hearOfSending(message: ToFront): void {
    const { life, handed, toFront } = this.#deps
    if (message.type === 'settled' || message.type === 'metadata') {
      if (message.failure === null) life.proved()
      else arrived(message.failure)
    }
    if (message.type === 'settled') handed().settled(message)
    else if (message.type === 'released') handed().released(message.batch)
    toFront(message)
  }

  #log({ level, text }: LineMessage): void {
    if (level === 'security') this.#deps.warnOfSecurity(text)
    else this.#deps.runtime.logger[level](text)
  }

  #observe({ method, event }: EventMessage): void {
    const tell = this.#deps.observer[method as keyof ProducerObserver]
    tell?.(event as never)
  }
}
