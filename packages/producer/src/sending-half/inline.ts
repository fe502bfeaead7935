import type { AccumulatorQueue, ToFront, ToQueue } from '@sluice/accumulator'
import type { NetworkClient } from '@sluice/network'
import type { Sender, Transactions } from '@sluice/sender'
import { inOwnContext } from '../own-context.js'
import { networkTelemetry } from './network-telemetry.js'
import type { SendingHalf } from './sending-half.js'
import type { TelemetryChannel } from './telemetry-channel.js'

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
  const receive = (message: ToQueue): void => queue.receive(message)
  const half: SendingHalf & { transactions?: Transactions; telemetry?: TelemetryChannel } = {
    start(toFront) {
      queue = createQueue(toFront)
      // The sender may begin later, with connections that belong to no call.
      inOwnContext(() => sender.start({ queue, network }))
      half.telemetry = networkTelemetry(network)
      if (sender.transactions !== undefined) half.transactions = ofNoCall(sender.transactions)
    },
    // These are called by callers of the producer, and open connections, which are not theirs.
    receive: (message) => inOwnContext(receive, message),
    connect: (options) => inOwnContext(() => network.connect(options)),
    close: () => network.close(),
  }
  return half
}

/** The calls of the producer's callers begin what outlives them, such as connections and timers. */
function ofNoCall(transactions: Transactions): Transactions {
  return {
    initialize: () => inOwnContext(() => transactions.initialize()),
    begin: () => inOwnContext(() => transactions.begin()),
    sendOffsets: (offsets) => inOwnContext(() => transactions.sendOffsets(offsets)),
    end: (commit) => inOwnContext(() => transactions.end(commit)),
  }
}
