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
import { interceptorMethods, type ProducerInterceptor } from './interception/interceptor.js'
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
  'interceptors',
  'keySerializer',
  'valueSerializer',
]

/** Of `ComposeOptions.maxBlockMs`. */
export const defaultMaxBlockMs = 60_000

/** Of `ComposeOptions.bufferBytes`. */
export const defaultBufferBytes = 33_554_432

/** Checks what the join calls itself. @throws KafkaError INVALID_OPTION */
export function checkComposition(
  stages: ProducerStages,
  options: ComposeOptions<unknown, unknown>,
): void {
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
  checkInterceptors(options)
  methodsOption('runtime', runtime, ['now', 'setTimeout'], 'nodeRuntime()')
  for (const name of ['keySerializer', 'valueSerializer'] as const)
    if (options[name] !== undefined)
      methodsOption(name, options[name], ['serialize'], 'a serializer such as jsonSerializer()')
  const { partitioner, front, sendingHalf } = stages
  methodsOption('partitioner', partitioner, ['forTopic'], 'a partitioner')
  methodsOption('front', front, ['forTopic', 'receive'], 'a front')
  methodsOption('sendingHalf', sendingHalf, ['start', 'receive'], 'a sending half')
}

/** @throws KafkaError INVALID_OPTION */
export function checkInterceptors({ interceptors }: Pick<ComposeOptions, 'interceptors'>): void {
  if (interceptors === undefined) return
  if (!Array.isArray(interceptors))
    throw wrongOption('interceptors', interceptors, 'an array of interceptors')
  interceptors.forEach((interceptor: unknown, at) =>
    checkInterceptor(`interceptors[${at}]`, interceptor),
  )
}

function checkInterceptor(name: string, interceptor: unknown): void {
  const right = `an object with ${interceptorMethods.join(' or ')}`
  if (typeof interceptor !== 'object' || interceptor === null)
    throw wrongOption(name, interceptor, right)
  const methods = interceptor as ProducerInterceptor
  for (const method of interceptorMethods) functionOption(`${name}.${method}`, methods[method])
  if (interceptorMethods.every((method) => methods[method] === undefined))
    throw wrongOption(name, interceptor, right)
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
