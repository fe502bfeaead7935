import type { TlsOptions } from '@sluice/network'
import { readText } from '../command-line/secret-file.js'
import { UsageError } from '../usage-error.js'
import type { ConnectionValues } from './connection-options.js'
import type { Secrets } from './secrets.js'

/** @throws UsageError for a file that cannot be read, and a certificate without its key */
export function tlsOf(values: ConnectionValues, { passphrase }: Secrets): false | TlsOptions {
  const { tls = false, tlsCa, tlsCert, tlsKey, tlsServerName } = values
  if ((tlsCert === undefined) !== (tlsKey === undefined))
    throw new UsageError('--tls-cert and --tls-key belong together; give both')
  const options: TlsOptions = {
    ...(tlsCa === undefined ? {} : { ca: readText('--tls-ca', tlsCa) }),
    ...(tlsCert === undefined ? {} : { cert: readText('--tls-cert', tlsCert) }),
    ...(tlsKey === undefined ? {} : { key: readText('--tls-key', tlsKey) }),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(tlsServerName === undefined ? {} : { servername: tlsServerName }),
  }
  return tls || Object.keys(options).length > 0 ? options : false
}
