import { KafkaError } from '@sluice/protocol'
import type { ConnectionDeps, ConnectionOwner } from '../connection/connection-deps.js'
import { Connection } from '../connection/connection.js'
import type { ServerAddress } from '../server-address.js'

/** Every connection of a client, so that closing can wait for the last of them. */
export class Connections {
  readonly #deps: ConnectionDeps
  readonly #open = new Map<number, Connection>()
  #lastId = 0
  #closing: Promise<void> | undefined
  #allClosed: (() => void) | undefined

  constructor(deps: ConnectionDeps) {
    this.#deps = deps
  }

  open(address: ServerAddress, owner: ConnectionOwner): Connection {
    const connection = new Connection(++this.#lastId, address, this.#deps, owner, () => {
      this.#open.delete(connection.id)
      if (this.#open.size === 0) this.#allClosed?.()
    })
    this.#open.set(connection.id, connection)
    return connection
  }

  get(id: number): Connection | undefined {
    return this.#open.get(id)
  }

  /** Writes what is queued, on every connection. */
  flush(): void {
    for (const connection of this.#open.values()) connection.flush()
  }

  /** Resolves when the last stream is closed and everything on it is answered. */
  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      this.#allClosed = resolve
      if (this.#open.size === 0) resolve()
      const failure = new KafkaError('CONNECTION_CLOSED', 'the network client was closed')
      for (const connection of this.#open.values()) connection.close(failure, true)
    })
    return this.#closing
  }
}
