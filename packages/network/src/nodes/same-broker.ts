import { sameAddress, type ServerAddress } from '../server-address.js'

const loopback = /^(127\.|::1$|::ffff:127\.)/

/**
 * Whether a connection that was opened to `dialled` ends at the broker that advertises `advertised`. Their names
 * may differ ('localhost' and '127.0.0.1'); then the other end of the socket tells, where the stream knows it.
 */
export function isSameBroker(
  dialled: ServerAddress,
  remote: { readonly address: string; readonly port: number } | undefined,
  advertised: ServerAddress,
): boolean {
  if (sameAddress(dialled, advertised)) return true
  if (remote === undefined || remote.port !== advertised.port) return false
  if (remote.address.toLowerCase() === advertised.host.toLowerCase()) return true
  return advertised.host === 'localhost' && loopback.test(remote.address)
}
