import fc from 'fast-check'
import {
  ByteReader,
  decodeRequestBody,
  decodeRequestHeader,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  type Api,
} from '../../src/index.js'
import { apis } from '../apis.js'
import * as arbitraries from '../message-arbitraries.js'
import { swollenShapes } from './swollen-frames.js'
import type { FuzzTarget } from './target.js'

type AnyApi = Api<unknown, unknown>

const valuesPerVersion = 4
/** So many that no array is empty in all. */
const valuesPerMessage = 40

/** Requests and responses of every API in every version. */
export function messageTargets(seed: number): FuzzTarget[] {
  return Object.entries(apis).flatMap(([name, value]) => {
    const api = value as unknown as AnyApi
    const requests = arbitraryOf(name, 'Request')
    const responses = arbitraryOf(name, 'Response')
    const versions = Array.from(
      { length: api.maxVersion - api.minVersion + 1 },
      (_, index) => api.minVersion + index,
    )
    return versions.flatMap((version) => [
      requestTarget(api, version, fc.sample(requests, { seed, numRuns: valuesPerMessage })),
      responseTarget(api, version, fc.sample(responses, { seed, numRuns: valuesPerMessage })),
    ])
  })
}

/** The answer UNSUPPORTED_VERSION to ApiVersions comes in version 0, whatever was asked. */
export function versionRefusalTargets(seed: number): FuzzTarget[] {
  const api = apis.ApiVersions as unknown as AnyApi
  const bodies = fc
    .sample(arbitraries.apiVersionsResponse, { seed, numRuns: valuesPerVersion })
    .map((body) => ({ ...body, errorCode: 35 }))
  const corpus = bodies.map((body) => frameOf(encodeResponse(api, 0, 1, body)))
  return Array.from({ length: api.maxVersion }, (_, index) => ({
    name: `refusal of ApiVersions ${index + 1}`,
    corpus,
    codes: ['MALFORMED_RESPONSE'],
    decode: (bytes) => decodeResponse(api, index + 1, bytes),
  }))
}

/** By name, so that an API without arbitraries is noticed. */
function arbitraryOf(name: string, kind: 'Request' | 'Response'): fc.Arbitrary<unknown> {
  const key = name[0]!.toLowerCase() + name.slice(1) + kind
  const arbitrary = (arbitraries as Record<string, fc.Arbitrary<unknown> | undefined>)[key]
  if (arbitrary === undefined) throw new Error(`message-arbitraries.ts has no ${key}`)
  return arbitrary
}

function requestTarget(api: AnyApi, version: number, bodies: unknown[]): FuzzTarget {
  const encode = (body: unknown) => frameOf(encodeRequest(api, version, 1, 'client', body))
  return {
    name: `request ${api.name} ${version}`,
    corpus: bodies.slice(0, valuesPerVersion).map(encode),
    shapes: swollenShapes(bodies, encode),
    codes: ['MALFORMED_RESPONSE'],
    decode(bytes) {
      const { headerEnd } = decodeRequestHeader(bytes)
      return decodeRequestBody(api, version, new ByteReader(bytes, headerEnd))
    },
  }
}

function responseTarget(api: AnyApi, version: number, bodies: unknown[]): FuzzTarget {
  const encode = (body: unknown) => frameOf(encodeResponse(api, version, 1, body))
  return {
    name: `response ${api.name} ${version}`,
    corpus: bodies.slice(0, valuesPerVersion).map(encode),
    shapes: swollenShapes(bodies, encode),
    codes: ['MALFORMED_RESPONSE'],
    decode: (bytes) => decodeResponse(api, version, bytes),
  }
}

function frameOf(chunks: Uint8Array[]): Buffer {
  return Buffer.concat(chunks).subarray(4)
}
