import process from 'node:process'
import { guardedObserver } from '../../../observer.js'
import type { ProducerRuntime, StageListeners } from '../../../runtime.js'
import type { SendingHalf } from '../../sending-half.js'
import { Listened } from '../listened.js'
import type { CrossingOptions, ThreadOptions } from '../portable-options.js'
import { mainFunctions } from './main-functions.js'
import { withUrls } from './plugin-urls.js'
import { startWorker } from './start-worker.js'
import { ThreadSendingHalf } from './thread-sending-half.js'

/** Makes the caller's side of a sender's thread. */
export function makeThreadSendingHalf(
  { portable, asked }: CrossingOptions,
  { logger, observer, transactionalId }: ThreadOptions,
  { runtime, meter, stageChannels }: StageListeners & { readonly runtime: ProducerRuntime },
): SendingHalf {
  const options = withUrls(portable)
  const hasLogger = logger !== undefined
  const { sending } = meter
  const given = observer === undefined ? {} : guardedObserver(observer, runtime.logger)
  const heard = stageChannels.observing(meter.hearing(given))
  const listened = new Listened(heard)
  const measures = sending.memory
  return new ThreadSendingHalf({
    start: (marks, events) =>
      startWorker({ options, marks, measures, hasLogger, observed: listened.begin() }, events),
    observer: heard,
    listened,
    lost() {
      sending.lost()
      stageChannels.lost()
    },
    functions: mainFunctions(asked),
    runtime,
    transactional: transactionalId !== undefined,
    warnOfSecurity: (text) => {
      if (hasLogger) runtime.logger.warn(text)
      else process.emitWarning(text, 'SluiceSecurityWarning')
    },
  })
}
