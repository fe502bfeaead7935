import { createFront } from '@sluice/accumulator/front'
import { createQueue } from '@sluice/accumulator/queue'
import type { NetworkClient } from '@sluice/network'
import {
  composeProducer,
  inlineSendingHalf,
  type Producer,
  type ProducerRuntime,
} from '@sluice/producer/compose'
import { createSender } from '@sluice/sender'
import { codecOf } from './codec.js'
import type { LaneKind, LaneSettings, StageOptions } from './lane-options.js'

/** What a lane has made for its producer. */
export interface JoinedDeps {
  readonly options: StageOptions
  readonly network: NetworkClient
  readonly runtime: ProducerRuntime
}

/**
 * Joins the stages of a lane. They take here what `createProducer` refuses: a record may be larger than the requests that smaller ones
 * share, the network may be less patient than the replicas, and retries are counted.
 */
export function joinedProducer(
  { logger, partitioner }: LaneSettings,
  { compression: codecId }: LaneKind,
  { options, network, runtime }: JoinedDeps,
): Producer {
  const { bufferBytes, deliveryTimeoutMs, maxBlockMs, maxRecordBytes } = options
  const codec = codecOf(codecId)
  const compression = codec === undefined ? {} : { compression: codec }
  const accumulator = { bufferBytes, deliveryTimeoutMs, maxBlockMs, ...compression }
  const sendingHalf = inlineSendingHalf({
    queue: (toFront) => createQueue({ ...accumulator, toFront }),
    sender: createSender({ ...options.sender, runtime }),
    network,
  })
  const front = createFront({
    ...accumulator,
    runtime,
    toQueue: (message) => sendingHalf.receive(message),
  })
  return composeProducer(
    { partitioner, front, sendingHalf },
    { maxRequestBytes: maxRecordBytes, maxBlockMs, bufferBytes, runtime, logger },
  )
}
