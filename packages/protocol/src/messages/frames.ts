import { KafkaError } from '../errors.js'
import { ByteReader } from '../primitives/byte-reader.js'
import { ByteWriter } from '../primitives/byte-writer.js'
import { skipTags } from '../schema/struct.js'
import type { Api } from './api.js'

/** What stands before the body of a request. */
export interface RequestHeader {
  /** Kafka's number of the API. */
  readonly apiKey: number
  /** The version of the API in which the body is written. */
  readonly apiVersion: number
  /** What the response to this request repeats. */
  readonly correlationId: number
  /** The name that the client gives itself; null for none. */
  readonly clientId: string | null
  /** Where in the frame {@link decodeRequestBody} goes on. */
  readonly headerEnd: number
}

/**
 * A request as chunks for one vectored write, the length of the frame first. Records are not copied.
 *
 * @throws KafkaError UNSUPPORTED_VERSION for a version we do not speak, INVALID_ARGUMENT for a value that the
 * version cannot hold
 */
export function encodeRequest<Request, RequestInput>(
  api: Api<Request, unknown, RequestInput, never>,
  version: number,
  correlationId: number,
  clientId: string | null,
  body: NoInfer<RequestInput>,
): Uint8Array[] {
  const flexible = isFlexible(api, version)
  const writer = new ByteWriter()
  writer.int32(0)
  writer.int16(api.key)
  writer.int16(version)
  writer.int32(correlationId)
  // Old style even in flexible headers: any broker must be able to read the header of an ApiVersions request.
  writer.nullableString(clientId)
  if (flexible) writer.unsignedVarint(0)
  api.request.write(writer, body, version, flexible)
  return framed(writer)
}

/**
 * The response in a frame (without its length).
 *
 * An ApiVersions response of UNSUPPORTED_VERSION is read as version 0, in which brokers send it whatever was asked.
 *
 * @param maxMemoryBytes - what the text and the arrays in it may take in memory, about, as for {@link ByteReader}:
 * the default of 8 MiB is enough for the metadata of 28 000 partitions with three replicas each
 * @throws KafkaError MALFORMED_RESPONSE where the bytes are not such a response
 */
export function decodeResponse<Response>(
  api: Api<unknown, Response, never, never>,
  version: number,
  frame: Uint8Array,
  maxMemoryBytes?: number,
): {
  /** The correlation id of the request that this answers. */
  correlationId: number
  /** The decoded body of the response. */
  body: Response
} {
  const flexible = isFlexible(api, version)
  const reader = new ByteReader(frame, 0, frame.length, maxMemoryBytes)
  const correlationId = reader.int32()
  if (flexible && hasResponseTags(api)) skipTags(reader)
  const body = isVersionRefusal(api, frame)
    ? api.response.read(reader, 0, false)
    : api.response.read(reader, version, flexible)
  return { correlationId, body }
}

/** The broker's side: what is in a frame (without its length) before the body. */
export function decodeRequestHeader(frame: Uint8Array): RequestHeader {
  const reader = new ByteReader(frame)
  const apiKey = reader.int16()
  const apiVersion = reader.int16()
  const correlationId = reader.int32()
  const clientId = reader.nullableString()
  return { apiKey, apiVersion, correlationId, clientId, headerEnd: reader.position }
}

/** The broker's side: the body, from a reader that stands at `headerEnd`. */
export function decodeRequestBody<Request>(
  api: Api<Request, unknown, never, never>,
  version: number,
  reader: ByteReader,
): Request {
  const flexible = isFlexible(api, version)
  // They end the header; but whether there are any can only be told once the API is known.
  if (flexible) skipTags(reader)
  return api.request.read(reader, version, flexible)
}

/** The broker's side: a response as chunks, the length of the frame first. Records are not copied. */
export function encodeResponse<Response, ResponseInput>(
  api: Api<unknown, Response, never, ResponseInput>,
  version: number,
  correlationId: number,
  body: NoInfer<ResponseInput>,
): Uint8Array[] {
  const flexible = isFlexible(api, version)
  const writer = new ByteWriter()
  writer.int32(0)
  writer.int32(correlationId)
  if (flexible && hasResponseTags(api)) writer.unsignedVarint(0)
  api.response.write(writer, body, version, flexible)
  return framed(writer)
}

type AnyApi = Api<unknown, unknown, never, never>

const apiVersionsKey = 18
const unsupportedVersion = 35

function isFlexible(api: AnyApi, version: number): boolean {
  if (version < api.minVersion || version > api.maxVersion) {
    throw new KafkaError('UNSUPPORTED_VERSION', `${api.name} ${version} is not spoken here`)
  }
  return version >= api.flexibleFrom
}

/** ApiVersions alone keeps the old response header: the client does not know yet what the broker speaks. */
function hasResponseTags(api: AnyApi): boolean {
  return api.key !== apiVersionsKey
}

function isVersionRefusal(api: AnyApi, frame: Uint8Array): boolean {
  return api.key === apiVersionsKey && new ByteReader(frame, 4).int16() === unsupportedVersion
}

/** Fills in the length, which the first four bytes left open. */
function framed(writer: ByteWriter): Uint8Array[] {
  const { length } = writer
  const chunks = writer.finish()
  const first = chunks[0]!
  new DataView(first.buffer, first.byteOffset).setInt32(0, length - 4)
  return chunks
}
