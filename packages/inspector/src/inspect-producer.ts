import type { Server } from 'node:http'
import { isIPv6 } from 'node:net'
import { answer } from './http/answers.js'
import { closed, listening } from './http/listening.js'
import type { InspectedProducer } from './inspected-producer.js'
import { checkedInspectorOptions, type InspectorOptions } from './inspector-options.js'
import { systemClock } from './watch/clock.js'
import { Sampler } from './watch/sampler.js'

/** A page that shows a producer at work. */
export interface Inspector extends AsyncDisposable {
  /** Where the page is. The token is not in it: the page asks for it, or takes it from behind `#token=`. */
  readonly url: string
  /** Ends every connection and frees the port. The producer goes on. A second call waits for the end of the first one. */
  close(): Promise<void>
}

/**
 * Serves a live page of a producer: its pipeline from the call to the acknowledgement, rates, latency, memory, and what waits and why. It is fed by
 * `metrics()`, `status()` and the diagnostics channels. While no page is open nothing is read, no channel has a subscriber, and no
 * timer runs. It keeps no process alive.
 *
 * It shows names of topics, addresses, numbers and codes, and never a key, a value, a header or the text of an error. It answers this
 * machine alone, unless `host` says otherwise, which needs a `token`. Requests of other sites are refused, but for a link that opens the page.
 *
 * @param producer - what `createProducer` gives. Other producers of the process are not shown; each can have an inspector of its own.
 * @returns the page, once it can be opened
 * @throws KafkaError INVALID_OPTION for a producer without `metrics` and `status`, a wrong option, another host than loopback without
 * a token, and a port that cannot be listened on
 */
export async function inspectProducer(
  producer: InspectedProducer,
  options: InspectorOptions,
): Promise<Inspector> {
  const { port, host, token } = checkedInspectorOptions(producer, options)
  // A module of its own: it holds no source that a source map could name.
  const { loadPageFiles } = await import('./page-files.js')
  const pageFiles = await loadPageFiles()
  const sampler = new Sampler(producer, systemClock)
  const deps = { rules: { host, token }, sampler, pageFiles }
  const server = await listening((request, response) => answer(request, response, deps), port, host)
  return new RunningInspector(server, host, sampler)
}

class RunningInspector implements Inspector {
  readonly url: string
  readonly #server: Server
  readonly #sampler: Sampler
  #closing: Promise<void> | null = null

  constructor(server: Server, host: string, sampler: Sampler) {
    this.#server = server
    this.#sampler = sampler
    this.url = `http://${isIPv6(host) ? `[${host}]` : host}:${portOf(server)}/`
  }

  close(): Promise<void> {
    this.#sampler.close()
    this.#closing ??= closed(this.#server)
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
