import { resolveSenderOptions, type SenderOptions } from './options.js'
import type { SenderRuntime } from './runtime.js'
import { SendLoop } from './send-loop.js'
import type { Sender } from './sender.js'
import { TransactionalSender } from './transactional-sender.js'

/** @throws KafkaError INVALID_OPTION */
export function createSender(options: SenderOptions & { readonly runtime: SenderRuntime }): Sender {
  const resolved = resolveSenderOptions(options)
  const { runtime } = options
  const { transactionalId } = resolved
  if (transactionalId !== null) return new TransactionalSender(transactionalId, resolved, runtime)
  return { start: (stages) => new SendLoop(stages, resolved, runtime, null).begin() }
}
