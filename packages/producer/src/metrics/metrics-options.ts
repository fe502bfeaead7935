import { checkCallOptions } from '../call-options.js'
import { invalidArgument } from '../invalid.js'

/** What `metrics()` tells beside the figures that it always has. */
export interface MetricsOptions {
  /** Whether `queues` is told. @defaultValue false */
  readonly queues?: boolean
}

/** Whether the queues are asked for. @throws KafkaError INVALID_ARGUMENT */
export function wantsQueues(options: MetricsOptions | undefined): boolean {
  if (options === undefined || options === null) return false
  checkCallOptions(options, 'queues')
  const { queues = false } = options
  if (typeof queues === 'boolean') return queues
  throw invalidArgument('queues must be true or false')
}
