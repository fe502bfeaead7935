import { type ErrorCode, errorCodeOf, produceApi } from '@sluice/protocol'
import { answerBody } from '@sluice/test-fault-proxy'
import type { Stage } from '../stage.js'

/** Counts what brokers answer to Produce, by the partitions' errors, until the proxies are told otherwise. */
export function watchAnswerCodes({ proxies }: Stage): ReadonlyMap<ErrorCode, number> {
  const seen = new Map<ErrorCode, number>()
  for (const proxy of proxies) {
    proxy.onAnswer = (answer) => {
      if (answer.apiKey !== produceApi.key) return 'pass'
      for (const { partitionResponses } of answerBody(produceApi, answer).responses) {
        for (const { errorCode } of partitionResponses) {
          const code = errorCodeOf(errorCode)
          if (code !== null) seen.set(code, (seen.get(code) ?? 0) + 1)
        }
      }
      return 'pass'
    }
  }
  return seen
}
