import process from 'node:process'
import { observerMethods } from '../../../observer.js'
import type { ProducerRuntime } from '../../../runtime.js'
import type { SendingHalf } from '../../sending-half.js'
import type { CrossingOptions, ThreadOptions } from '../portable-options.js'
import { mainFunctions } from './main-functions.js'
import { withUrls } from './plugin-urls.js'
import { startWorker } from './start-worker.js'
import { ThreadSendingHalf } from './thread-sending-half.js'

/** Makes the caller's side of a sender's thread. */
export function makeThreadSendingHalf(
  { portable, asked }: CrossingOptions,
  { logger, observer, transactionalId }: ThreadOptions,
  runtime: ProducerRuntime,
): SendingHalf {
  const options = withUrls(portable)
  const observed = observerMethods.filter((method) => observer?.[method] !== undefined)
  const hasLogger = logger !== undefined
  return new ThreadSendingHalf({
    start: (marks, events) => startWorker({ options, marks, hasLogger, observed }, events),
    functions: mainFunctions(asked),
    runtime,
    transactional: transactionalId !== undefined,
    warnOfSecurity: (text) => {
      if (hasLogger) runtime.logger.warn(text)
      else process.emitWarning(text, 'SluiceSecurityWarning')
    },
  })
}
