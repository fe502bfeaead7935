import type { DueMessage, ToFront, ToQueue } from '@sluice/accumulator'
import { inMicrotask, type KafkaError } from '@sluice/protocol'
import { inOwnContext } from '../../../own-context.js'
import type { Listened } from '../listened.js'
import { Outbox } from '../outbox.js'
import type { ToThread } from '../thread-messages.js'
import { unsentBatch } from '../unsent-batch.js'
import type { Ending } from './ending.js'
import { FrontWishes } from './front-wishes.js'
import { HandedBatches } from './handed-batches.js'
import type { ThreadLife } from './thread-life.js'

/** What posting needs. */
export interface PostingDeps {
  life(): ThreadLife
  readonly ending: Ending
  readonly listened: Listened
  toFront(message: ToFront): void
}

/** What is on its way to a thread, or on a thread. */
export class Posting {
  readonly #deps: PostingDeps
  readonly #outbox: Outbox<ToThread>
  readonly #wishes = new FrontWishes()
  #handed = this.#noBatches()
  /** Open batches that are to be sealed when the turn's messages are posted. */
  #sealSoon: ToFront[] = []
  /** Whether a thread has died: the next one must hear what the front has asked for. */
  #repeats = false

  constructor(deps: PostingDeps) {
    this.#deps = deps
    this.#outbox = new Outbox({
      ready: () => this.#ready(),
      post: (messages, transfer) => this.#post(messages, transfer),
      later: (run) => inOwnContext(inMicrotask, () => this.#sealAndPost(run)),
    })
  }

  /** The batches of the present thread. */
  get handed(): HandedBatches {
    return this.#handed
  }

  /** Begins to count the batches of another thread. @returns the memory of their marks */
  begin(): SharedArrayBuffer {
    this.#handed = this.#noBatches()
    return this.#handed.marks.memory
  }

  /** A message that is not the front's. */
  add(message: ToThread): void {
    this.#outbox.add(message)
  }

  /** The thread has told something: it hears whether that was still wanted. */
  tellListened(): void {
    const { life, listened } = this.#deps
    if (life().thread === null) return
    const change = listened.change()
    if (change !== null) this.#outbox.add(change)
  }

  /** Brings batches to their end that no thread takes. */
  schedule(): void {
    this.#outbox.schedule()
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
        this.#sealAtEndOfTurn(message)
        return this.#outbox.schedule()
      case 'sealed':
        this.#wishes.sealed(message.batch)
        this.#outbox.add(message, message.batch.buffer)
        if (this.#deps.ending.over !== null) this.#outbox.schedule()
        return
    }
    this.#outbox.add(message)
  }

  /** Everything on the thread is lost. What was not posted yet waits for the next thread. */
  lost(death: string): void {
    const { ending, toFront } = this.#deps
    this.#repeats = true
    for (const message of this.#outbox.takeAll())
      if (message.type === 'sealed') this.#outbox.add(message, message.batch.buffer)
    for (const message of this.#handed.lost((batch, persisted) =>
      ending.ofBatch(batch, persisted, death),
    ))
      toFront(message)
    if (ending.over !== null) this.#sealDue()
  }

  /** A thread may be started again. */
  rested(): void {
    if (!this.#wishes.empty) this.#ready()
    this.#outbox.flush()
  }

  /** No thread will ask for what is due. */
  #sealDue(): void {
    for (const wish of this.#wishes.again()) if (wish.type === 'due') this.#sealAtEndOfTurn(wish)
  }

  #sealAtEndOfTurn({ topic, partition }: DueMessage): void {
    this.#sealSoon.push({ type: 'wanted', topic, partition })
  }

  #sealAndPost(post: () => void): void {
    const { life, ending, toFront } = this.#deps
    const wanted = this.#sealSoon
    this.#sealSoon = []
    // Without a thread an open batch goes on filling. The next thread hears of it, if there will be one.
    if (this.#ready() || ending.over !== null) for (const message of wanted) toFront(message)
    post()
    if (ending.over !== null && life().thread === null) this.#failUnposted(ending.over)
  }

  #ready(): boolean {
    const { life, ending } = this.#deps
    const isNew = ending.over === null && life().need()
    const { thread } = life()
    if (isNew && this.#repeats) thread!.post([...this.#wishes.again()], [])
    return thread !== null
  }

  #post(messages: ToThread[], transfer: ArrayBuffer[]): void {
    for (const message of messages) if (message.type === 'sealed') this.#handed.add(message.batch)
    const { life, listened } = this.#deps
    const change = listened.change()
    if (change !== null) messages.unshift(change)
    life().thread!.post(messages, transfer)
  }

  /** Batches that no thread takes any more. */
  #failUnposted(error: KafkaError): void {
    for (const message of this.#outbox.takeAll()) {
      if (message.type !== 'sealed') continue
      this.#wishes.settled(message.batch)
      for (const told of unsentBatch(message.batch, error)) this.#deps.toFront(told)
    }
  }

  #noBatches(): HandedBatches {
    return new HandedBatches((of) => this.#wishes.settled(of))
  }
}
