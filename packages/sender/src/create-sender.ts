import { resolveSenderOptions, type SenderOptions } from './options.js'
import type { SenderRuntime } from './runtime.js'
import { SendLoop } from './send-loop.js'
import type { Sender, SenderStages } from './sender.js'
import type { Transactions } from './transactions/transactions.js'

/** @throws KafkaError INVALID_OPTION */
export function createSender(options: SenderOptions & { readonly runtime: SenderRuntime }): Sender {
  const resolved = resolveSenderOptions(options)
  let loop: SendLoop
  const start = (stages: SenderStages): void => {
    loop = new SendLoop(stages, resolved, options.runtime)
    stages.queue.onWork(() => loop.wake())
    stages.network.onChange(() => loop.wake())
    loop.wake()
  }
  if (resolved.transactionalId === null) return { start }
  return { start, transactions: transactionsOf(() => loop.transactions!) }
}

/** The manager is made with the loop, when the sender begins. */
function transactionsOf(manager: () => Transactions): Transactions {
  return {
    initialize: () => manager().initialize(),
    begin: () => manager().begin(),
    sendOffsets: (offsets) => manager().sendOffsets(offsets),
    end: (commit) => manager().end(commit),
  }
}
