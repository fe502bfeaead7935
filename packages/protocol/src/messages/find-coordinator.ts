import { between, from, message, struct, until } from '../schema/struct.js'
import { arrayOf, int16, int32, int8, nullable, string } from '../schema/wire-type.js'

/**
 * FindCoordinator: the broker that looks after a consumer group (`keyType` 0) or a transactional id (1).
 *
 * Request: 1 adds the key type. 2 is the same. 3 is flexible. 4 asks for many keys at once (KIP-699).
 * 5 may be answered TRANSACTION_ABORTABLE (KIP-890). 6 adds share groups, key type 2 (KIP-932).
 * Response: 1 adds the throttle time and the message; from 2 on brokers answer before they throttle; from 4 on
 * there is a coordinator for each key instead of one.
 */
export const findCoordinatorApi = {
  key: 10,
  name: 'FindCoordinator',
  minVersion: 0,
  maxVersion: 6,
  flexibleFrom: 3,
  throttledFrom: 2,
  request: /* @__PURE__ */ message(() => ({
    key: until(3, string),
    keyType: from(1, int8),
    coordinatorKeys: from(4, arrayOf(string)),
  })),
  response: /* @__PURE__ */ message(() => ({
    throttleTimeMs: from(1, int32),
    errorCode: until(3, int16),
    errorMessage: between(1, 3, nullable(string)),
    nodeId: until(3, int32),
    host: until(3, string),
    port: until(3, int32),
    coordinators: from(
      4,
      arrayOf(
        struct({
          key: string,
          nodeId: int32,
          host: string,
          port: int32,
          errorCode: int16,
          errorMessage: nullable(string),
        }),
      ),
    ),
  })),
} as const
