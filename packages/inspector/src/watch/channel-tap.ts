import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ChannelMessages } from '@sluice/producer'
import { inMicrotask } from '@sluice/protocol'

/**
 * Listens to one channel for one producer, to so many messages in each interval at most. Then it listens no more until `renew`: while nobody
 * listens the producer makes no messages, so a busy producer costs no more than a quiet one.
 */
export class ChannelTap<Name extends keyof ChannelMessages> {
  readonly #name: Name
  readonly #most: number
  readonly #onMessage: (message: ChannelMessages[Name]) => void
  readonly #isOurs: (producer: number) => boolean
  #left = 0
  #isListening = false

  constructor(
    name: Name,
    most: number,
    isOurs: (producer: number) => boolean,
    onMessage: (message: ChannelMessages[Name]) => void,
  ) {
    this.#name = name
    this.#most = most
    this.#isOurs = isOurs
    this.#onMessage = onMessage
  }

  /** The next interval begins. */
  renew(): void {
    this.#left = this.#most
    if (this.#isListening) return
    this.#isListening = true
    subscribe(this.#name, this.#heard)
  }

  close(): void {
    if (!this.#isListening) return
    this.#isListening = false
    unsubscribe(this.#name, this.#heard)
  }

  readonly #heard = (message: unknown): void => {
    if (this.#left === 0 || !this.#isMessage(message)) return
    // Messages of other producers count, too: they cost as much.
    if (--this.#left === 0) inMicrotask(() => this.#pause())
    if (this.#isOurs(message.producer)) this.#onMessage(message)
  }

  /** Not while the channel calls its subscribers: the first Node 20 fail where the last one leaves then. */
  #pause(): void {
    if (this.#left === 0) this.close()
  }

  /** What others publish on our channels is overlooked, where it says of no producer. */
  #isMessage(message: unknown): message is ChannelMessages[Name] {
    return typeof message === 'object' && message !== null && 'producer' in message
  }
}
