import { defaultTimeoutMs, type LaneKind, type LaneSettings } from './lane-options.js'
import { createLane, type Lane } from './lane.js'

/** More kinds of sends than a program has. What is beyond that was made for a value that changes from send to send. */
const maxLanes = 16

/** The lanes of one connected producer. Each is made with the first send that needs it. */
export class Lanes {
  readonly #settings: LaneSettings
  readonly #lanes = new Map<string, Lane>()
  /** Lanes that were replaced, until they have sent what they had. */
  readonly #closing = new Set<Promise<void>>()
  #main: Lane

  constructor(settings: LaneSettings) {
    this.#settings = settings
    this.#main = createLane(settings, mainKind)
  }

  /** The lane of sends that say nothing for themselves. */
  get main(): Lane {
    if (this.#main.hasGivenUp) this.#main = createLane(this.#settings, mainKind)
    return this.#main
  }

  of(kind: LaneKind): Lane {
    if (isMain(kind)) return this.main
    const key = `${kind.acks} ${kind.timeout} ${kind.compression} ${kind.transactionalId ?? ''}`
    const lane = this.#lanes.get(key)
    // The one that was used last stands last.
    this.#lanes.delete(key)
    const used = lane === undefined || lane.hasGivenUp ? createLane(this.#settings, kind) : lane
    this.#lanes.set(key, used)
    if (this.#lanes.size > maxLanes) this.#closeOldest()
    return used
  }

  /** Closes a lane that is used no more, when it has sent what it has. */
  close(lane: Lane): Promise<void> {
    for (const [key, other] of this.#lanes) if (other === lane) this.#lanes.delete(key)
    const closed = closedLane(lane).finally(() => this.#closing.delete(closed))
    this.#closing.add(closed)
    return closed
  }

  /** Sends what is there, and closes all. */
  async closeAll(): Promise<void> {
    const lanes = [this.#main, ...this.#lanes.values()]
    this.#lanes.clear()
    await Promise.all([...lanes.map(closedLane), ...this.#closing])
  }

  #closeOldest(): void {
    for (const lane of this.#lanes.values()) {
      if (lane.kind.transactionalId !== undefined) continue
      void this.close(lane)
      return
    }
  }
}

const mainKind: LaneKind = { acks: -1, timeout: defaultTimeoutMs, compression: 0 }

function isMain({ acks, timeout, compression, transactionalId }: LaneKind): boolean {
  return (
    acks === -1 &&
    timeout === defaultTimeoutMs &&
    compression === 0 &&
    transactionalId === undefined
  )
}

async function closedLane({ gate, producer }: Lane): Promise<void> {
  await gate.emptied()
  await producer.close()
}
