import type { RequestContext } from '../api-handler.js'

/** The part of a Produce request that is the same for each partition. */
export interface ProduceCall {
  readonly acks: number
  readonly transactionalId: string | null
  readonly context: RequestContext
}
