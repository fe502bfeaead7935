import { requireApiName, type EmbeddedApiName } from '../api-names.js'
import { ConnectionEnd, type InterceptedCall, type InterceptOptions } from '../intercepted-call.js'
import { requireCount } from '../require-option.js'
import type { EmbeddedRuntime } from '../runtime.js'

/** The facts of a call, before an interceptor can change it. */
export type CallFacts = Pick<
  InterceptedCall,
  'api' | 'version' | 'request' | 'nodeId' | 'connection' | 'clientId' | 'signal'
>

/** Answers a request as the next interceptor, or the broker, does. */
type Serve = (request: unknown) => Promise<unknown>

interface Registered {
  readonly api: string
  readonly intercept: (call: never) => unknown
  readonly broker: number | undefined
  left: number
}

/** The interceptors of a cluster. The newest sees a request first, and the answer last. */
export class Interceptors {
  /** The errors that interceptors threw. */
  readonly failures: unknown[] = []
  readonly #runtime: EmbeddedRuntime
  readonly #topicName: (id: string) => string | undefined
  #registered: readonly Registered[] = []

  constructor(runtime: EmbeddedRuntime, topicName: (id: string) => string | undefined) {
    this.#runtime = runtime
    this.#topicName = topicName
  }

  /** @returns A function that removes the interceptor. */
  add(
    api: EmbeddedApiName,
    intercept: (call: never) => unknown,
    { broker, times }: InterceptOptions = {},
  ): () => void {
    requireApiName(api)
    if (times !== undefined) requireCount('times', times)
    const registered = { api, intercept, broker, left: times ?? Infinity }
    this.#registered = [registered, ...this.#registered]
    return () => this.#remove(registered)
  }

  /** Answers a call through every interceptor that is meant for it. */
  answer(facts: CallFacts, serve: Serve): Promise<unknown> {
    const wanted = this.#registered.filter(
      ({ api, broker }) => api === facts.api && (broker ?? facts.nodeId) === facts.nodeId,
    )
    // Counted before the first of them runs: each sees this call, though another removes it meanwhile.
    for (const one of wanted) if (--one.left === 0) this.#remove(one)
    const chain = wanted.reduceRight<Serve>(
      (next, { intercept }) =>
        (request) =>
          this.#run(intercept, { ...facts, request } as CallFacts, next),
      serve,
    )
    return chain(facts.request)
  }

  async #run(intercept: (call: never) => unknown, facts: CallFacts, next: Serve): Promise<unknown> {
    let served: Promise<unknown> | undefined
    let brokersOwn: unknown
    const serve = (request: unknown = facts.request) => {
      served = next(request)
      served.catch((error: unknown) => (brokersOwn = error))
      return served
    }
    const { signal } = facts
    const ways = { serve, close, hang: () => this.#hang(signal), topicName: this.#topicName }
    const call = { ...facts, ...ways, delay: (ms: number) => this.#delay(ms, signal) }
    try {
      const answer = await intercept(call as never)
      return answer === undefined ? await (served ?? serve()) : answer
    } catch (error) {
      // An error of the broker itself is no mistake of the interceptor that called `serve`.
      if (!(error instanceof ConnectionEnd) && error !== brokersOwn) this.failures.push(error)
      throw error
    }
  }

  #delay(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = () => {
        this.#runtime.clearTimeout(timer)
        reject(new ConnectionEnd())
      }
      const timer = this.#runtime.setTimeout(() => {
        signal.removeEventListener('abort', end)
        resolve()
      }, ms)
      if (signal.aborted) end()
      else signal.addEventListener('abort', end, { once: true })
    })
  }

  #hang(signal: AbortSignal): Promise<never> {
    return new Promise((_, reject) => {
      const end = () => reject(new ConnectionEnd())
      if (signal.aborted) end()
      else signal.addEventListener('abort', end, { once: true })
    })
  }

  #remove(registered: Registered): void {
    this.#registered = this.#registered.filter((one) => one !== registered)
  }
}

function close({ reset }: { readonly reset?: boolean } = {}): never {
  throw new ConnectionEnd(reset)
}
