import type { ConnectTarget, Transport } from '@sluice/network'

/** Counts a client's connection attempts, and those that came sooner after one to the same place than a back-off allows. */
export class ConnectWatch {
  readonly transport: Transport
  #count = 0
  #hasty = 0
  readonly #lastAt = new Map<string, number>()

  /** @param shortestMs - the shortest back-off there is, its jitter taken off */
  constructor(inner: Transport, shortestMs: number) {
    this.transport = {
      connect: (target: ConnectTarget) => {
        this.#note(target, shortestMs)
        return inner.connect(target)
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

  #note({ host, port }: ConnectTarget, shortestMs: number): void {
    const place = `${host}:${port}`
    const now = performance.now()
    if (now - (this.#lastAt.get(place) ?? -Infinity) < shortestMs) this.#hasty++
    this.#lastAt.set(place, now)
    this.#count++
  }
}
