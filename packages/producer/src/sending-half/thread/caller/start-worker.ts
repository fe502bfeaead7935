import process from 'node:process'
import { Worker } from 'node:worker_threads'
import { inOwnContext } from '../../../own-context.js'
import type { ThreadData } from '../thread-data.js'
import type { FromThread, ToThread } from '../thread-messages.js'
import type { Thread, ThreadEvents } from './thread-life.js'

/** Starts a sender's thread. It belongs to no caller of the producer, and keeps no process alive. */
export function startWorker(data: ThreadData, events: ThreadEvents): Thread {
  return inOwnContext(() => new WorkerThread(data, events))
}

class WorkerThread implements Thread {
  readonly #events: ThreadEvents
  #worker: Worker | null = null
  /** What was said before there was a worker. */
  #early: [ToThread[], ArrayBuffer[]][] = []
  #ended = false
  #reason: Error | null = null

  constructor(data: ThreadData, events: ThreadEvents) {
    this.#events = events
    this.#start(data).catch((error: unknown) => this.#died(error as Error))
  }

  post(messages: ToThread[], transfer: ArrayBuffer[]): void {
    if (this.#worker === null) this.#early.push([messages, transfer])
    else this.#post(this.#worker, messages, transfer)
  }

  async terminate(): Promise<void> {
    this.#ended = true
    await this.#worker?.terminate()
  }

  /** The text is loaded only where there is a thread, since it is larger than all else that is. */
  async #start(data: ThreadData): Promise<void> {
    const { workerText } = await import('./worker-text.js')
    const text = await workerText()
    if (this.#ended) return
    const worker = new Worker(text, { eval: true, workerData: data, ...surroundings() })
    worker.on('message', (messages: FromThread[]) => this.#events.messages(messages))
    worker.on('messageerror', (error: Error) => this.#died(error))
    worker.on('error', (error: Error) => (this.#reason = error))
    worker.on('exit', (code) => this.#died(this.#reason ?? new Error(`exit code ${code}`)))
    // After the listeners: the one for messages would let the worker keep the process alive again.
    worker.unref()
    this.#worker = worker
    for (const [messages, transfer] of this.#early.splice(0)) this.post(messages, transfer)
  }

  #post(worker: Worker, messages: ToThread[], transfer: ArrayBuffer[]): void {
    try {
      worker.postMessage(messages, transfer)
    } catch (error) {
      // Something of it cannot be sent, and the thread would wait for it in vain.
      this.#died(error as Error)
    }
  }

  #died(reason: Error): void {
    if (!this.#ended) this.#events.died(reason)
  }
}

/**
 * The program's modules that are loaded before it (`--import`, `--require`), and options of Node that a thread refuses, are not
 * for this thread, whether they stand in the command or in NODE_OPTIONS.
 */
function surroundings(): { name: string; execArgv: string[]; env: NodeJS.ProcessEnv } {
  const { NODE_OPTIONS: _, ...env } = process.env
  return { name: 'sluice-sender', execArgv: [], env }
}
