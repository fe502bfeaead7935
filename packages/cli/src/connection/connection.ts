import type { ProducerOptions } from '@sluice/producer'
import { UsageError } from '../usage-error.js'
import type { ConnectionValues } from './connection-options.js'
import { saslOf } from './sasl.js'
import { secretsOf } from './secrets.js'
import { tlsOf } from './tls.js'

/** The options of a producer that say which cluster, and how to get into it. */
export type Connection = Pick<
  ProducerOptions,
  | 'bootstrapServers'
  | 'clientId'
  | 'tls'
  | 'sasl'
  | 'allowInsecureSasl'
  | 'requestTimeoutMs'
  | 'logger'
>

/**
 * @param print - takes the warnings of the connection, and with `--verbose` everything
 * @throws UsageError
 */
export function connectionOf(values: ConnectionValues, print: (line: string) => void): Connection {
  const { bootstrapServers, clientId, requestTimeoutMs, allowInsecureSasl } = values
  if (bootstrapServers === undefined)
    throw new UsageError(
      'no brokers are named; give --bootstrap-servers host:port, or SLUICE_BOOTSTRAP_SERVERS',
    )
  const secrets = secretsOf(values, print)
  const sasl = saslOf(values, secrets)
  return {
    bootstrapServers,
    tls: tlsOf(values, secrets),
    logger: loggerTo(print, values.verbose === true),
    ...(clientId === undefined ? {} : { clientId }),
    ...(requestTimeoutMs === undefined ? {} : { requestTimeoutMs }),
    ...(allowInsecureSasl === undefined ? {} : { allowInsecureSasl }),
    ...(sasl === undefined ? {} : { sasl }),
  }
}

function silent(): void {}

function loggerTo(
  print: (line: string) => void,
  isVerbose: boolean,
): NonNullable<Connection['logger']> {
  return {
    debug: silent,
    info: isVerbose ? print : silent,
    warn: print,
    error: print,
  }
}
