import type { AccumulatorQueue } from '@sluice/accumulator'
import { createFront } from '@sluice/accumulator/front'
import { createQueue } from '@sluice/accumulator/queue'
import { createNetworkClient, tcpTransport } from '@sluice/network'
import { uniformStickyPartitioner } from '@sluice/partitioner'
import { createSender, senderDefaults } from '@sluice/sender'
import {
  composeProducer,
  inlineSendingHalf,
  type Producer,
  type ProducerOptions,
  type SendingHalf,
} from '../src/index.js'
import type { ProducerRuntime } from '../src/runtime.js'

/** What a test puts in place of a default part, given that part. */
export interface Replacements {
  queue?(queue: AccumulatorQueue): AccumulatorQueue
  sendingHalf?(sendingHalf: SendingHalf): SendingHalf
}

/** The default stages, as `createProducer` has them, with another clock. */
export function composed(
  options: ProducerOptions,
  runtime: ProducerRuntime,
  replace: Replacements = {},
): Producer {
  const { transport = tcpTransport(), partitioner = uniformStickyPartitioner() } = options
  const { maxBlockMs, maxRequestBytes = senderDefaults.maxRequestBytes } = options
  const inline = inlineSendingHalf({
    queue: (toFront) => {
      const queue = createQueue({ ...options, toFront })
      return replace.queue?.(queue) ?? queue
    },
    sender: createSender({ ...options, runtime }),
    network: createNetworkClient({ ...options, transport, runtime }),
  })
  const sendingHalf = replace.sendingHalf?.(inline) ?? inline
  const front = createFront({
    ...options,
    runtime,
    toQueue: (message) => sendingHalf.receive(message),
  })
  return composeProducer(
    { partitioner, front, sendingHalf },
    {
      maxRequestBytes,
      runtime,
      logger: runtime.logger,
      ...(maxBlockMs !== undefined && { maxBlockMs }),
    },
  )
}
