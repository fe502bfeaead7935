import {
  booleanOption,
  functionOption,
  longestTimerMs,
  methodsOption,
  nearestName,
  unknownOption,
  wholeOption,
  wrongOption,
} from '@sluice/protocol'
import type { ComposeOptions, ProducerStages } from './stages.js'

const names = [
  'maxRequestBytes',
  'maxBlockMs',
  'bufferBytes',
  'runtime',
  'telemetry',
  'telemetryLabels',
  'logger',
  'onDeliveryError',
]

/** Of `ComposeOptions.maxBlockMs`. */
export const defaultMaxBlockMs = 60_000

/** Of `ComposeOptions.bufferBytes`. */
export const defaultBufferBytes = 33_554_432

/** Checks what the join calls itself. @throws KafkaError INVALID_OPTION */
export function checkComposition(stages: ProducerStages, options: ComposeOptions): void {
  if (typeof options !== 'object' || options === null)
    throw wrongOption('the second argument of composeProducer', options, `{ ${names.join(', ')} }`)
  // One object may serve the stages, too: only a name that is nearly one of these is taken for a mistake.
  for (const name of Object.keys(options))
    if (!names.includes(name) && nearestName(name, names) !== undefined)
      throw unknownOption('composeProducer has no option', name, names)
  const { maxRequestBytes, maxBlockMs = defaultMaxBlockMs, runtime } = options
  const { bufferBytes = defaultBufferBytes } = options
  wholeOption('maxRequestBytes', maxRequestBytes, 1_024, 1_073_741_824)
  wholeOption('maxBlockMs', maxBlockMs, 0, longestTimerMs)
  wholeOption('bufferBytes', bufferBytes, 1, Number.MAX_SAFE_INTEGER)
  if (options.telemetry !== undefined) booleanOption('telemetry', options.telemetry)
  checkListeners(options)
  methodsOption('runtime', runtime, ['now', 'setTimeout'], 'nodeRuntime()')
  const { partitioner, front, sendingHalf } = stages
  methodsOption('partitioner', partitioner, ['forTopic'], 'a partitioner')
  methodsOption('front', front, ['forTopic', 'receive'], 'a front')
  methodsOption('sendingHalf', sendingHalf, ['start', 'receive'], 'a sending half')
}

/** Checks what is told of failures. @throws KafkaError INVALID_OPTION */
export function checkListeners({
  logger,
  onDeliveryError,
}: Pick<ComposeOptions, 'logger' | 'onDeliveryError'>): void {
  if (logger !== undefined)
    methodsOption('logger', logger, ['debug', 'info', 'warn', 'error'], 'an object with these')
  functionOption('onDeliveryError', onDeliveryError)
}
