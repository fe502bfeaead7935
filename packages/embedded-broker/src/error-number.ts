import { errorCodeOf, type ErrorCode } from '@sluice/protocol'

/** Kafka's numbers are below this. */
const numberLimit = 200

let numbers: ReadonlyMap<ErrorCode, number> | undefined

/** The number of an error on the wire, 0 for null. An error that is none of Kafka's is an UNKNOWN_SERVER_ERROR. */
export function errorNumber(code: ErrorCode | null): number {
  if (code === null) return 0
  numbers ??= numbersByCode()
  return numbers.get(code) ?? -1
}

function numbersByCode(): ReadonlyMap<ErrorCode, number> {
  const byCode = new Map<ErrorCode, number>()
  for (let number = 1; number < numberLimit; number++) {
    const code = errorCodeOf(number)
    if (code !== null && code !== 'UNKNOWN_SERVER_ERROR') byCode.set(code, number)
  }
  return byCode
}
