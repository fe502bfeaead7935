import { CrossingErrors, errorOf } from './crossing-errors.js'
import type { AnswerMessage, CallMessage, CancelMessage } from './thread-messages.js'

interface Pending {
  resolve(value: unknown): void
  reject(error: Error): void
}

/** The calls of one thread to the other, until they are answered. */
export class Calls {
  readonly #post: (message: CallMessage | CancelMessage) => void
  readonly #pending = new Map<number, Pending>()
  #lastId = 0

  constructor(post: (message: CallMessage | CancelMessage) => void) {
    this.#post = post
  }

  /** @param signal - with it nobody waits any more. It must not be aborted yet. @throws what the other thread answers */
  call(name: string, argument: unknown, onCall?: (id: number) => void): Promise<unknown> {
    const id = ++this.#lastId
    onCall?.(id)
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject })
      this.#post({ type: 'call', id, name, argument })
    })
  }

  /** The caller stops waiting, with this error. */
  cancel(id: number, error: Error): void {
    const pending = this.#take(id)
    if (pending === undefined) return
    this.#post({ type: 'cancel', id })
    pending.reject(error)
  }

  answered({ id, value, failure }: AnswerMessage): void {
    const pending = this.#take(id)
    if (failure === null) pending?.resolve(value)
    else pending?.reject(errorOf(failure))
  }

  /** The other thread is no more. */
  rejectAll(errorFor: () => Error): void {
    const all = [...this.#pending.values()]
    this.#pending.clear()
    for (const { reject } of all) reject(errorFor())
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id)
    this.#pending.delete(id)
    return pending
  }
}

/** Answers a call of the other thread with what the work gives. */
export async function answer(
  { id }: CallMessage,
  work: () => unknown,
  post: (message: AnswerMessage) => void,
): Promise<void> {
  try {
    post({ type: 'answer', id, value: await work(), failure: null })
  } catch (error) {
    post({ type: 'answer', id, value: null, failure: new CrossingErrors().thrown(error) })
  }
}
