import type { AccumulatorQueue, ToFront } from '@sluice/accumulator'
import type { NetworkClient } from '@sluice/network'
import type { Sender } from '@sluice/sender'
import type { SendingHalf } from './sending-half.js'

/** The stages that `inlineSendingHalf` joins. */
export interface InlineSendingHalfDeps {
  /**
   * Makes the queue, which says to `toFront` what it has for the front. It is called once, in `start`.
   * The queue of an accumulator whose halves are joined already needs no `toFront`: give `() => accumulator.queue`.
   */
  queue(toFront: (message: ToFront) => void): AccumulatorQueue
  /** Takes batches from the queue and hands requests to the network. */
  readonly sender: Sender
  /** Connects to the brokers. The sending half closes it. */
  readonly network: NetworkClient
}

/** A sending half on the caller's thread. A message is a direct call. */
export function inlineSendingHalf({
  queue: createQueue,
  sender,
  network,
}: InlineSendingHalfDeps): SendingHalf {
  let queue: AccumulatorQueue
  return {
    start(toFront) {
      queue = createQueue(toFront)
      sender.start({ queue, network })
    },
    receive: (message) => queue.receive(message),
    connect: (options) => network.connect(options),
    close: () => network.close(),
  }
}
