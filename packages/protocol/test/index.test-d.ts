import { expectTypeOf } from 'vitest'
import {
  decodeResponse,
  encodeRequest,
  metadataApi,
  type Api,
  type ErrorCode,
  type produceApi,
  type RequestOf,
  type ResponseOf,
} from '../src/index.js'

// What is decoded has every field, nullable ones as such.
type Topic = ResponseOf<typeof metadataApi>['topics'][number]
expectTypeOf<Topic['name']>().toEqualTypeOf<string | null>()
expectTypeOf<Topic['partitions'][number]['leaderEpoch']>().toEqualTypeOf<number>()
type Partition = ResponseOf<typeof produceApi>['responses'][number]['partitionResponses'][number]
expectTypeOf<Partition['baseOffset']>().toEqualTypeOf<bigint>()
expectTypeOf<Partition['currentLeader']>().toEqualTypeOf<{
  leaderId: number
  leaderEpoch: number
}>()
expectTypeOf<RequestOf<typeof produceApi>['acks']>().toEqualTypeOf<number>()

// A field with a version range may be left out when encoding, another one may not.
encodeRequest(metadataApi, 12, 1, null, { topics: [{ name: 'orders' }] })
// @ts-expect-error topics must be given
encodeRequest(metadataApi, 12, 1, null, {})
// @ts-expect-error there is no such field
encodeRequest(metadataApi, 12, 1, null, { topics: null, topic: 'orders' })

// Code that works for any API can be written.
export function exchange<Request, Response>(api: Api<Request, Response>, body: Request): Response {
  return decodeResponse(api, 1, Buffer.concat(encodeRequest(api, 1, 1, null, body))).body
}

expectTypeOf<'NOT_LEADER_OR_FOLLOWER' | 'DELIVERY_TIMEOUT'>().toExtend<ErrorCode>()
// @ts-expect-error not a code
expectTypeOf<'NO_SUCH_CODE'>().toExtend<ErrorCode>()
