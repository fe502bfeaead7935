import process from 'node:process'
import type { Meter } from '../../../metrics/meter.js'
import { guardedObserver, observerMethods } from '../../../observer.js'
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
  { runtime, meter }: { readonly runtime: ProducerRuntime; readonly meter: Meter },
): SendingHalf {
  const options = withUrls(portable)
  const hasLogger = logger !== undefined
  const { sending } = meter
  const heard = meter.hearing(
    observer === undefined ? {} : guardedObserver(observer, runtime.logger),
  )
  const observed = observerMethods.filter((method) => heard[method] !== undefined)
  const measures = sending.memory
  return new ThreadSendingHalf({
    start: (marks, events) =>
      startWorker({ options, marks, measures, hasLogger, observed }, events),
    observer: heard,
    lost: () => sending.lost(),
    functions: mainFunctions(asked),
    runtime,
    transactional: transactionalId !== undefined,
    warnOfSecurity: (text) => {
      if (hasLogger) runtime.logger.warn(text)
      else process.emitWarning(text, 'SluiceSecurityWarning')
    },
  })
}
