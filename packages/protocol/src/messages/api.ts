import type { WireType } from '../schema/wire-type.js'

/** A request or a response: how its body is written and read in each version. */
export type MessageType<Value, Input = Value> = WireType<Value, Input>

/**
 * One API of Kafka in the versions we speak. `Request` and `Response` are what decoding gives; the inputs are
 * what encoding takes, where fields with a version range or a default may be left out.
 */
export interface Api<Request, Response, RequestInput = Request, ResponseInput = Response> {
  /** Kafka's number of the API. */
  readonly key: number
  /** Kafka's name of the API. */
  readonly name: string
  /** The lowest version that we speak. */
  readonly minVersion: number
  /** The highest version that we speak. */
  readonly maxVersion: number
  /** The first version with compact lengths and tagged fields, `Infinity` where none has them. */
  readonly flexibleFrom: number
  /**
   * The first version in which a broker that throttles a client answers at once and leaves the waiting to the client
   * (KIP-219): `throttleTimeMs` of the response is then still to come. In earlier versions the broker has waited itself.
   * `Infinity` where the response has no throttle time.
   */
  readonly throttledFrom: number
  /** How the body of a request is written and read. */
  readonly request: MessageType<Request, RequestInput>
  /** How the body of a response is written and read. */
  readonly response: MessageType<Response, ResponseInput>
}

/** The decoded request body of an {@link Api}. */
export type RequestOf<A> = A extends { readonly request: MessageType<infer Value, never> }
  ? Value
  : never

/** The decoded response body of an {@link Api}. */
export type ResponseOf<A> = A extends { readonly response: MessageType<infer Value, never> }
  ? Value
  : never
