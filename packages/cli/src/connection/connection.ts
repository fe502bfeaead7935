import type { ProducerOptions } from '@sluice/producer'
import type { StatusLine } from '../terminal/status-line.js'
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
 * @param line - takes warnings of the options themselves
 * @param logger - takes what the producer logs
 * @throws UsageError
 */
export function connectionOf(
  values: ConnectionValues,
  line: Pick<StatusLine, 'print'>,
  logger: NonNullable<Connection['logger']>,
): Connection {
  const { bootstrapServers, clientId, requestTimeoutMs, allowInsecureSasl } = values
  if (bootstrapServers === undefined)
    throw new UsageError(
      'no brokers are named; give --bootstrap-servers host:port, or SLUICE_BOOTSTRAP_SERVERS',
    )
  const secrets = secretsOf(values, (text) => line.print(text))
  const sasl = saslOf(values, secrets)
  return {
    bootstrapServers,
    tls: tlsOf(values, secrets),
    logger,
    ...(clientId === undefined ? {} : { clientId }),
    ...(requestTimeoutMs === undefined ? {} : { requestTimeoutMs }),
    ...(allowInsecureSasl === undefined ? {} : { allowInsecureSasl }),
    ...(sasl === undefined ? {} : { sasl }),
  }
}
