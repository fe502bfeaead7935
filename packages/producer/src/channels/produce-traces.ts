import type { ErrorCode } from '@sluice/protocol'
import type { ProducedEvent, ProduceEvent } from '@sluice/sender'
import type { ChannelSource, ProduceContext } from './channel-messages.js'
import { traces } from './channels.js'
import { beginTrace, endTrace, soon } from './publish.js'

/** The Produce requests that are traced, from their begin to their end. */
export class ProduceTraces {
  readonly #source: ChannelSource
  /** By the ids of the requests. */
  readonly #underWay = new Map<number, ProduceContext>()

  constructor(source: ChannelSource) {
    this.#source = source
  }

  get isEmpty(): boolean {
    return this.#underWay.size === 0
  }

  begun(event: ProduceEvent): void {
    const context: ProduceContext = { ...this.#source, ...event }
    this.#underWay.set(event.id, context)
    soon(() => beginTrace(traces.produce, context))
  }

  /** Of a request that was begun before anybody listened nothing is told. */
  ended({ id, at, durationMs, errorCode }: ProducedEvent): void {
    const context = this.#underWay.get(id)
    if (context === undefined) return
    this.#underWay.delete(id)
    this.#end(context, errorCode, { at, durationMs })
  }

  /** The thread that had sent the requests has died, so their answers will never be known. The next thread counts from 1 again. */
  lost(): void {
    const lost = [...this.#underWay.values()]
    this.#underWay.clear()
    for (const context of lost) this.#end(context, 'SENDER_THREAD_DIED')
  }

  #end(context: ProduceContext, code: ErrorCode | null, result?: ProduceContext['result']): void {
    soon(() => {
      if (result !== undefined) context.result = result
      endTrace(traces.produce, context, code)
    })
  }
}
