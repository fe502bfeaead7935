import process from 'node:process'
import { observerMethods } from '../../observer.js'
import type { ProducerRuntime } from '../../runtime.js'
import type { SendingHalf } from '../sending-half.js'
import { portableOptions, type ThreadOptions } from './portable-options.js'
import { checkPermission, startWorker } from './start-worker.js'
import { ThreadSendingHalf } from './thread-sending-half.js'

/**
 * A sending half on a thread of its own: queue, codec, sender and network work there, whatever keeps the caller's thread busy.
 * The thread starts with the first message.
 *
 * @throws KafkaError INVALID_OPTION for options that cannot cross, and where no thread may be started
 */
export function threadSendingHalf(options: ThreadOptions, runtime: ProducerRuntime): SendingHalf {
  const { logger, observer, transactionalId } = options
  checkPermission()
  const { options: portable, functions } = portableOptions(options)
  const observed = observerMethods.filter((method) => observer?.[method] !== undefined)
  const hasLogger = logger !== undefined
  return new ThreadSendingHalf({
    start: (marks, events) =>
      startWorker({ options: portable, marks, hasLogger, observed }, events),
    functions,
    runtime,
    transactional: transactionalId !== undefined,
    warnOfSecurity: (text) => {
      if (hasLogger) runtime.logger.warn(text)
      else process.emitWarning(text, 'SluiceSecurityWarning')
    },
  })
}
