import type { ToFront, ToQueue } from '@sluice/accumulator'
import { describeError, inMicrotask, type KafkaError } from '@sluice/protocol'
import type { Transactions } from '@sluice/sender'
import type { ProducerObserver } from '../../../observer.js'
import { inOwnContext } from '../../../own-context.js'
import type { ProducerRuntime } from '../../../runtime.js'
import type { SendingHalf } from '../../sending-half.js'
import { answer, Calls } from '../calls.js'
import { Outbox } from '../outbox.js'
import type {
  EventMessage,
  FromThread,
  LineMessage,
  ThreadCall,
  ToThread,
} from '../thread-messages.js'
import { FrontWishes } from './front-wishes.js'
import { HandedBatches } from './handed-batches.js'
import type { MainFunctions } from './main-functions.js'
import {
  batchLost,
  callLost,
  closedBeforeSent,
  closedMeanwhile,
  connectAborted,
  connectionClosed,
  deathOf,
  transactionsLost,
} from './thread-errors.js'
import { type StartThread, ThreadLife } from './thread-life.js'

/** What a sending half on a thread of its own needs. */
export interface ThreadSendingHalfDeps {
  readonly start: StartThread
  /** What the thread may call. */
  readonly functions: MainFunctions
  readonly runtime: ProducerRuntime
  /** Whether it has a `transactionalId`. */
  readonly transactional: boolean
  /** Takes a warning of an option that makes the connection less secure. */
  warnOfSecurity(text: string): void
}

/** A thread that has not ended by itself so long after it was told to is ended: it has not begun to run, or is stuck. */
const closeMs = 500
/** A close waits no longer until the thread is gone. It is less than a producer waits for a stage. */
const goneMs = 800

/** The caller's side of a sending half on a thread of its own: it hands messages on, and knows what is lost when the thread dies. */
export class ThreadSendingHalf implements SendingHalf {
  transactions?: Transactions
  readonly #deps: ThreadSendingHalfDeps
  readonly #life: ThreadLife
  readonly #outbox: Outbox<ToThread>
  readonly #calls: Calls
  readonly #wishes = new FrontWishes()
  #handed = this.#noBatches()
  /** Open batches that are to be sealed when the turn's messages are posted. */
  #sealSoon: ToFront[] = []
  #toFront: (message: ToFront) => void = () => {}
  /** Whether a thread has died: the next one must hear what the front has asked for. */
  #repeats = false
  /** Why no batch goes to a thread any more. */
  #over: KafkaError | null = null
  #isClosing = false
  #closeTimer: unknown = null

  constructor(deps: ThreadSendingHalfDeps) {
    this.#deps = deps
    this.#life = new ThreadLife({
      start: deps.start,
      runtime: deps.runtime,
      marks: () => (this.#handed = this.#noBatches()).marks.memory,
      messages: (messages) => this.#receiveAll(messages),
      died: (reason) => this.#died(reason),
      rested: () => {
        if (!this.#wishes.empty) this.#ready()
        this.#outbox.flush()
      },
    })
    this.#outbox = new Outbox({
      ready: () => this.#ready(),
      post: (messages, transfer) => this.#post(messages, transfer),
      later: (run) => inOwnContext(inMicrotask, () => this.#sealAndPost(run)),
    })
    this.#calls = new Calls((message) => this.#outbox.add(message))
  }

  start(toFront: (message: ToFront) => void): void {
    this.#toFront = toFront
    if (!this.#deps.transactional) return
    this.transactions = {
      initialize: () => this.#transact('initialize', null),
      begin: () => this.#transact('begin', null),
      sendOffsets: (offsets) => this.#transact('sendOffsets', offsets),
      end: (commit) => this.#transact('end', commit),
    }
  }

  receive(message: ToQueue): void {
    switch (message.type) {
      case 'topic':
        this.#wishes.want(message.topic)
        break
      case 'forgotten':
        this.#wishes.forget(message.topic)
        break
      case 'due':
        if (!this.#wishes.due(message)) break
        // The thread has nothing of this partition. To ask it would take two more hops.
        this.#sealSoon.push({ type: 'wanted', topic: message.topic, partition: message.partition })
        return this.#outbox.schedule()
      case 'sealed':
        this.#wishes.sealed(message.batch)
        this.#outbox.add(message, message.batch.buffer)
        if (this.#over !== null) this.#outbox.schedule()
        return
      case 'close':
        return this.#endQueue()
    }
    this.#outbox.add(message)
  }

  async connect({ signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    if (this.#over !== null) throw connectionClosed()
    if (signal?.aborted) throw connectAborted(signal)
    let id = 0
    const onAbort = (): void => this.#calls.cancel(id, connectAborted(signal!))
    signal?.addEventListener('abort', onAbort)
    try {
      await this.#call('connect', null, (given) => (id = given))
    } finally {
      signal?.removeEventListener('abort', onAbort)
    }
  }

  /** Ends in time even where the thread does not: a thread that has only begun to run on a busy machine is gone later. */
  async close(): Promise<void> {
    this.#end()
    const { runtime } = this.#deps
    let timer: unknown
    const late = new Promise<void>((resolve) => {
      timer = runtime.setTimeout(resolve, goneMs)
    })
    await Promise.race([this.#disconnect(), late])
    runtime.clearTimeout(timer)
    runtime.clearTimeout(this.#closeTimer)
  }

  async #disconnect(): Promise<void> {
    const { thread } = this.#life
    if (thread === null) return
    this.#limitClose()
    // A thread that dies instead is closed, too.
    await this.#call('close', null).catch(() => {})
    this.#life.lose(closedBeforeSent())
    await thread.terminate()
  }

  /** No other thread starts, and nothing is kept for one. */
  #end(): void {
    this.#isClosing = true
    this.#over ??= closedBeforeSent()
    this.#life.end()
  }

  #call(name: ThreadCall, argument: unknown, onCall?: (id: number) => void): Promise<unknown> {
    return this.#calls.call(name, argument, onCall)
  }

  async #transact(name: ThreadCall, argument: unknown): Promise<void> {
    if (this.#over !== null) throw this.#over
    await this.#call(name, argument)
  }

  /** The front has closed: the thread fails what is left. */
  #endQueue(): void {
    this.#end()
    if (this.#life.thread === null) return this.#outbox.schedule()
    this.#limitClose()
    this.#outbox.add({ type: 'close' })
  }

  #limitClose(): void {
    this.#closeTimer ??= this.#deps.runtime.setTimeout(
      () => this.#life.lose(new Error(`close() has waited ${closeMs} ms for it`)),
      closeMs,
    )
  }

  #sealAndPost(post: () => void): void {
    const wanted = this.#sealSoon
    this.#sealSoon = []
    // Without a thread an open batch goes on filling. The next thread hears of it.
    if (this.#ready()) for (const message of wanted) this.#toFront(message)
    post()
    if (this.#over !== null && this.#life.thread === null) this.#failUnposted(this.#over)
  }

  #ready(): boolean {
    const isNew = this.#over === null && this.#life.need()
    if (isNew && this.#repeats) this.#life.thread!.post([...this.#wishes.again()], [])
    return this.#life.thread !== null
  }

  #post(messages: ToThread[], transfer: ArrayBuffer[]): void {
    for (const message of messages) if (message.type === 'sealed') this.#handed.add(message.batch)
    this.#life.thread!.post(messages, transfer)
  }

  #receiveAll(messages: readonly FromThread[]): void {
    for (const message of messages) this.#receiveOne(message)
  }

  #receiveOne(message: FromThread): void {
    switch (message.type) {
      case 'call':
        void answer(
          message,
          () => this.#deps.functions.get(message.name)!(message.argument),
          (answered) => this.#outbox.add(answered),
        )
        return
      case 'answer':
        return this.#calls.answered(message)
      case 'line':
        return this.#log(message)
      case 'event':
        return this.#observe(message)
      case 'unusable':
        return this.#life.lose(new Error(message.failure.message))
      case 'settled':
        if (message.failure === null) this.#life.proved()
        this.#handed.settled(message)
        break
      case 'released':
        this.#handed.released(message.batch)
        break
      case 'metadata':
        if (message.failure === null) this.#life.proved()
        break
    }
    this.#toFront(message)
  }

  #log({ level, text }: LineMessage): void {
    if (level === 'security') this.#deps.warnOfSecurity(text)
    else this.#deps.runtime.logger[level](text)
  }

  #observe({ method, event }: EventMessage): void {
    const tell = this.#deps.runtime.observer?.[method as keyof ProducerObserver]
    tell?.(event as never)
  }

  /** Everything on the thread is lost. What was not posted yet waits for the next thread. */
  #died(reason: Error): void {
    const death = deathOf(reason)
    this.#repeats = true
    const kept = this.#outbox.takeAll()
    if (this.#deps.transactional) {
      this.#life.end()
      this.#over ??= transactionsLost(death)
    }
    for (const message of kept)
      if (message.type === 'sealed') this.#outbox.add(message, message.batch.buffer)
    for (const message of this.#handed.lost((batch, persisted) =>
      this.#isClosing ? closedMeanwhile(batch, persisted) : batchLost(batch, persisted, death),
    ))
      this.#toFront(message)
    this.#calls.rejectAll(() => this.#callLost(death))
    if (this.#over !== null) this.#outbox.schedule()
  }

  #callLost(death: string): KafkaError {
    if (this.#deps.transactional) return transactionsLost(death, 'possibly')
    return this.#isClosing ? connectionClosed() : callLost(death)
  }

  /** Batches that no thread takes any more. */
  #failUnposted(error: KafkaError): void {
    for (const message of this.#outbox.takeAll()) {
      if (message.type !== 'sealed') continue
      const { id, topic, partition, count, buffer } = message.batch
      this.#wishes.settled(message.batch)
      const failure = { ...describeError(error), topic, partition, persisted: 'no' } as const
      const none = { baseOffset: -1n, logAppendTime: -1 }
      this.#toFront({ type: 'settled', batch: id, first: 0, count, failure, ...none })
      this.#toFront({ type: 'released', batch: id, buffer })
    }
  }

  #noBatches(): HandedBatches {
    return new HandedBatches((of) => this.#wishes.settled(of))
  }
}
