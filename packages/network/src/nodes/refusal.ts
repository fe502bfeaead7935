import type { ErrorCode, KafkaError } from '@sluice/protocol'

const codes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'SASL_AUTHENTICATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
  'ILLEGAL_SASL_STATE',
  'INVALID_OPTION',
])

/** Whether a connection failed for what no other server and no later attempt would change: whoever waits must know now. */
export function isRefusal({ code }: KafkaError): boolean {
  return codes.has(code)
}
