import type { ErrorCode } from '@sluice/protocol'
import { type CoordinatorCall, describedAs } from '../coordinator-call.js'

/** What a coordinator does with a request. */
export type Reply = (call: CoordinatorCall) => void

/** The connection breaks instead of an answer. */
export const lost: Reply = (call) => call.lose()

export const refused =
  (code: ErrorCode): Reply =>
  (call) =>
    call.refuse(code)

/** The transactional id stands under the producer of these tests, but for these fields. */
export const described =
  (fields: object): Reply =>
  (call) =>
    call.respond(describedAs({ producerId: 7n, producerEpoch: 1, ...fields }))
