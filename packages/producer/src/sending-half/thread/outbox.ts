/** What an outbox needs. */
export interface OutboxDeps<Message> {
  /** Whether there is anybody to post to. Until then messages are kept. */
  ready(): boolean
  /** Sends messages, and gives the buffers away with them. */
  post(messages: Message[], transfer: ArrayBuffer[]): void
  /** Runs the function when the messages that belong together are there. */
  later(run: () => void): void
}

/** From this many bytes of buffers on, waiting for further messages saves nothing. */
const enoughBytes = 65_536

/**
 * Messages that wait for each other: what is said in one turn travels as one array, since each array costs some microseconds
 * on both threads. After much was said, as by a loop that fills batches, nothing waits for the end of the turn: the other
 * thread works meanwhile.
 */
export class Outbox<Message> {
  readonly #deps: OutboxDeps<Message>
  #messages: Message[] = []
  #transfer: ArrayBuffer[] = []
  #bytes = 0
  #scheduled = false

  constructor(deps: OutboxDeps<Message>) {
    this.#deps = deps
  }

  /** @param buffer - is given away with the message, which must hold it */
  add(message: Message, buffer?: ArrayBuffer): void {
    this.#messages.push(message)
    if (buffer !== undefined) {
      this.#transfer.push(buffer)
      this.#bytes += buffer.byteLength
      if (this.#bytes >= enoughBytes) return this.flush()
    }
    this.schedule()
  }

  /** Sees to it that the messages are posted soon. */
  schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    this.#deps.later(() => {
      this.#scheduled = false
      this.flush()
    })
  }

  flush(): void {
    if (this.#messages.length === 0 || !this.#deps.ready()) return
    const { messages, transfer } = this.#take()
    this.#deps.post(messages, transfer)
  }

  /** Takes back what was not posted. */
  takeAll(): Message[] {
    return this.#take().messages
  }

  #take(): { messages: Message[]; transfer: ArrayBuffer[] } {
    const taken = { messages: this.#messages, transfer: this.#transfer }
    this.#messages = []
    this.#transfer = []
    this.#bytes = 0
    return taken
  }
}
