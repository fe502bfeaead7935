import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface Visit {
  /** 'fine', or the message of the KafkaError it ended with. */
  readonly outcome: string
  /** For how long its event loop stood still. */
  readonly blockedMs: number
  /** Exceptions and rejections that nobody caught. */
  readonly escaped: readonly string[]
}

export interface Memory {
  /** After garbage was collected. */
  readonly usedBytes: number
  readonly rssBytes: number
}

/** A network client in a process of its own. */
export class ClientProcess {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, (reply: unknown) => void>()
  #lastId = 0

  constructor() {
    const file = fileURLToPath(new URL('../fixtures/hostile-client.ts', import.meta.url))
    const execArgv = ['--expose-gc', '--import', 'tsx', '--conditions=@sluice/source']
    this.#child = fork(file, [], { execArgv })
    this.#child.on('message', (reply: { id: number }) => {
      this.#waiting.get(reply.id)?.(reply)
      this.#waiting.delete(reply.id)
    })
    this.#child.on('exit', () => {
      const reply = {
        outcome: 'the process has ended',
        blockedMs: 0,
        escaped: ['the end of the process'],
      }
      for (const settle of this.#waiting.values()) settle(reply)
    })
  }

  visit(port: number, stage: string): Promise<Visit> {
    return this.#ask({ port, stage }) as Promise<Visit>
  }

  memory(): Promise<Memory> {
    return this.#ask({ port: 0, stage: 'memory' }) as Promise<Memory>
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null) return
    this.#child.kill()
    await once(this.#child, 'exit')
  }

  #ask(order: { port: number; stage: string }): Promise<unknown> {
    const id = ++this.#lastId
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve)
      this.#child.send({ id, ...order })
    })
  }
}
