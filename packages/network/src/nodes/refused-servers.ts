import type { KafkaError } from '@sluice/protocol'

/** Whether TLS was refused for a reason that lasts, as by an expired certificate: other servers may have better ones. */
export function isTlsRefused(failure: KafkaError | null): boolean {
  return failure?.code === 'TLS_AUTHENTICATION_FAILED'
}

/** What it comes to where every server has failed: only where all refuse TLS there is nothing to wait for. */
export function codeOfAll(
  failures: readonly (KafkaError | null)[],
): 'TLS_AUTHENTICATION_FAILED' | 'CONNECTION_FAILED' {
  const allRefused = failures.length > 0 && failures.every(isTlsRefused)
  return allRefused ? 'TLS_AUTHENTICATION_FAILED' : 'CONNECTION_FAILED'
}
