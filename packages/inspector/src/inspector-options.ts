import { KafkaError, methodsOption, optionsOf, wholeOption, wrongOption } from '@sluice/protocol'
import { isLoopback } from './http/access.js'
import type { InspectedProducer } from './inspected-producer.js'

/** The options of {@link inspectProducer}. */
export interface InspectorOptions {
  /** On which port the page is. 0 takes a free one: `url` tells it. */
  readonly port: number
  /** On which address it listens. Any other than a loopback address needs a `token`.
   *  @defaultValue '127.0.0.1' */
  readonly host?: string
  /** What the page must be given to show anything: 16 characters or more that cannot be guessed. It goes over the network as it is, so
   *  put TLS before it. It is in no log and no error.
   *  @defaultValue none: everybody on this machine may read */
  readonly token?: string
}

/** The options with their defaults. */
export interface ResolvedInspectorOptions {
  readonly port: number
  readonly host: string
  readonly token: string | undefined
}

const names = ['port', 'host', 'token'] as const satisfies readonly (keyof InspectorOptions)[]
const shortestToken = 16

/** @throws KafkaError INVALID_OPTION */
export function checkedInspectorOptions(
  producer: InspectedProducer,
  options: InspectorOptions,
): ResolvedInspectorOptions {
  methodsOption('producer', producer, ['metrics', 'status'], 'what createProducer gives')
  const { port, host = '127.0.0.1', token } = optionsOf('inspectProducer', options, names)
  wholeOption('port', port, 0, 65_535)
  if (typeof host !== 'string' || host === '') throw wrongOption('host', host, 'an address')
  if (token !== undefined) checkToken(token)
  if (token === undefined && !isLoopback(host)) throw needsToken()
  return { port, host, token }
}

/** The token is not quoted. */
function checkToken(token: unknown): void {
  if (typeof token === 'string' && /^[\x21-\x7e]+$/.test(token) && token.length >= shortestToken)
    return
  throw new KafkaError(
    'INVALID_OPTION',
    `token is not ${shortestToken} or more visible characters of ASCII; give what randomUUID() gives`,
  )
}

function needsToken(): KafkaError {
  const detail =
    'host is not a loopback address, so everybody in the network could read; give a token, too'
  return new KafkaError('INVALID_OPTION', detail)
}
