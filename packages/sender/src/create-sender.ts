import { resolveSenderOptions, type SenderOptions } from './options.js'
import type { SenderRuntime } from './runtime.js'
import { SendLoop } from './send-loop.js'
import type { Sender } from './sender.js'

/** @throws KafkaError INVALID_OPTION */
export function createSender(options: SenderOptions & { readonly runtime: SenderRuntime }): Sender {
  const resolved = resolveSenderOptions(options)
  return {
    start: (stages) => {
      const loop = new SendLoop(stages, resolved, options.runtime)
      stages.queue.onWork(() => loop.wake())
      stages.network.onChange(() => loop.wake())
      loop.wake()
    },
  }
}
