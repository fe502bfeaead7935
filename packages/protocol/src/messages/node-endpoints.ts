import { from, struct } from '../schema/struct.js'
import { arrayOf, int32, nullable, string } from '../schema/wire-type.js'

/** Where the leaders are that a response names (KIP-951), the same in Produce and in Fetch. */
export function nodeEndpoints() {
  return arrayOf(
    struct({ nodeId: int32, host: string, port: int32, rack: from(0, nullable(string)) }),
  )
}
