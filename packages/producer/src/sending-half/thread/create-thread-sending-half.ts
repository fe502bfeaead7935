import type { ProducerRuntime, StageListeners } from '../../runtime.js'
import type { SendingHalf } from '../sending-half.js'
import { checkInstalledFiles } from './installed-files.js'
import { LateSendingHalf } from './late-sending-half.js'
import { checkPermission } from './permission.js'
import { crossingOptions, type ThreadOptions } from './portable-options.js'

/**
 * A sending half on a thread of its own: queue, codec, sender and network work there, whatever keeps the caller's thread busy.
 * What can be wrong is found now. All else is loaded, and the thread starts, with the first message.
 *
 * @throws KafkaError INVALID_OPTION for options that cannot cross, and where no thread can be started
 */
export function threadSendingHalf(
  options: ThreadOptions,
  runtime: ProducerRuntime,
  listeners: StageListeners,
): SendingHalf {
  checkPermission()
  checkInstalledFiles(import.meta.url)
  const crossing = crossingOptions(options)
  return new LateSendingHalf({
    transactional: options.transactionalId !== undefined,
    async load() {
      const { makeThreadSendingHalf } = await import('./caller/make-thread-sending-half.js')
      return makeThreadSendingHalf(crossing, options, { ...listeners, runtime })
    },
  })
}
