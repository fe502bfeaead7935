import type { ByteStream, ConnectTarget, Transport } from '@sluice/network'

/**
 * Counts a client's connection attempts, and those that came sooner than a back-off allows after another one to the same
 * place was made, failed, or ended.
 */
export class ConnectWatch {
  readonly transport: Transport
  #count = 0
  #hasty = 0
  readonly #lastAt = new Map<string, number>()

  /** @param shortestMs - the shortest back-off there is, its jitter taken off */
  constructor(inner: Transport, shortestMs: number) {
    this.transport = {
      connect: async (target: ConnectTarget) => {
        const place = `${target.host}:${target.port}`
        this.#attempted(place, shortestMs)
        try {
          return this.#watched(await inner.connect(target), place)
        } finally {
          this.#lastAt.set(place, performance.now())
        }
      },
    }
  }

  get count(): number {
    return this.#count
  }

  get hasty(): number {
    return this.#hasty
  }

  /** Those made so far do not count. */
  begin(): void {
    this.#count = 0
    this.#hasty = 0
  }

  #attempted(place: string, shortestMs: number): void {
    const now = performance.now()
    if (now - (this.#lastAt.get(place) ?? -Infinity) < shortestMs) this.#hasty++
    this.#lastAt.set(place, now)
    this.#count++
  }

  #watched(stream: ByteStream, place: string): ByteStream {
    const onClose = stream.onClose.bind(stream)
    stream.onClose = (listener) =>
      onClose((error) => {
        this.#lastAt.set(place, performance.now())
        listener(error)
      })
    return stream
  }
}
