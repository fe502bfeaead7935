import { type Api, decodeResponse, encodeResponse } from '@sluice/protocol'
import type { AnswerFrame } from './faults.js'

/** What an answer says. */
export function answerBody<Response>(
  api: Api<unknown, Response, never, never>,
  { apiVersion, bytes }: AnswerFrame,
): Response {
  return decodeResponse(api, apiVersion, bytes, 1_073_741_824).body
}

/** The answer with another body, for a verdict: `rewritten(produceApi, answer, { ...body, throttleTimeMs: 500 })`. */
export function rewritten<Answer>(
  api: Api<unknown, unknown, never, Answer>,
  { apiVersion, correlationId }: AnswerFrame,
  body: Answer,
): Uint8Array {
  const chunks = encodeResponse(api, apiVersion, correlationId, body)
  return Buffer.concat(chunks).subarray(4)
}
