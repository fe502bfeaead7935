import type { Serializer } from '../../src/index.js'

/** A serializer that answers when the test says so. A value that begins with `now` is answered at once. */
export class HeldSerializer implements Serializer<unknown> {
  readonly asked: string[] = []
  readonly #held = new Map<string, { resolve(text: string): void; reject(error: Error): void }>()

  serialize(_topic: string, data: unknown): string | Promise<string> {
    const text = String(data)
    this.asked.push(text)
    if (text.startsWith('now')) return text
    return new Promise((resolve, reject) => this.#held.set(text, { resolve, reject }))
  }

  answer(...texts: string[]): void {
    for (const text of texts) this.#held.get(text)!.resolve(`answered ${text}`)
  }

  fail(text: string): void {
    this.#held.get(text)!.reject(new Error('no such schema'))
  }
}
