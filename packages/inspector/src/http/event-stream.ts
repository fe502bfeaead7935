import type { ServerResponse } from 'node:http'
import type { Watcher } from '../watch/sampler.js'

/** A page that has taken nothing for so many snapshots is gone: 30 seconds. */
const mostSkipped = 150

/**
 * Sends snapshots to one page as server-sent events. What a page does not take is skipped, not kept: each snapshot is whole, so the next one that
 * goes through shows it all. So a slow page holds one snapshot and what the socket holds.
 */
export class EventStream implements Watcher {
  readonly #response: ServerResponse
  #isFull = false
  #skipped = 0

  constructor(response: ServerResponse) {
    this.#response = response
    response.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    })
    response.on('drain', () => {
      this.#isFull = false
      this.#skipped = 0
    })
  }

  show(snapshot: string): void {
    if (this.#response.writableEnded) return
    if (this.#isFull) return this.#skip()
    this.#isFull = !this.#response.write(`data: ${snapshot}\n\n`)
  }

  ended(): void {
    if (!this.#response.writableEnded) this.#response.end('event: end\ndata: closed\n\n')
  }

  failed(): void {
    if (!this.#response.writableEnded) this.#response.end('event: failed\ndata: unreadable\n\n')
  }

  #skip(): void {
    this.#skipped++
    if (this.#skipped === mostSkipped) this.#response.destroy()
  }
}
