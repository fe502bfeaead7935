import { Buffer } from 'node:buffer'

/*
 * What a typed array says of itself may be a lie: a property of its own or of a class may hide what the language keeps. The
 * language's own getters cannot be fooled, and know the typed arrays of every realm (a vm context, a test runner's jsdom).
 */

const prototype = Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array
const uncurried = Function.prototype.bind.bind(Function.prototype.call) as (
  method: unknown,
) => (of: unknown) => unknown
const getter = (name: keyof Uint8Array): ((of: unknown) => unknown) =>
  uncurried(Object.getOwnPropertyDescriptor(prototype, name)?.get)

const tagOf = getter(Symbol.toStringTag)
const bufferOf = getter('buffer') as (bytes: Uint8Array) => ArrayBuffer
const byteOffsetOf = getter('byteOffset') as (bytes: Uint8Array) => number

/** True for a Uint8Array, such as a Buffer, of any realm. */
export function isBytes(value: unknown): value is Uint8Array {
  return tagOf(value) === 'Uint8Array'
}

/** The true length of a Uint8Array, in bytes. */
export const byteLengthOf = getter('byteLength') as (bytes: Uint8Array) => number

/** As `to.set(from, at)`, without a look at the property `set`, which V8 does not inline. */
export const copyBytes = uncurried(prototype.set) as unknown as (
  to: Uint8Array,
  from: Uint8Array,
  at: number,
) => void

const bufferPrototype: unknown = Buffer.prototype
const arrayPrototype: unknown = Uint8Array.prototype

/**
 * True for a Uint8Array of this realm that has bytes, is of no class of its own and tells its true length: nearly every one.
 * It is asked for each record. The length comes first: V8 knows the shape of the bytes from then on, so that their prototype
 * and their true length cost nothing. In the other order the prototype is a call that costs more than all of this.
 */
export function isPlainBytes(value: unknown): value is Uint8Array {
  if (!ArrayBuffer.isView(value)) return false
  const { length } = value as Uint8Array
  const own: unknown = Object.getPrototypeOf(value)
  if (own !== bufferPrototype && own !== arrayPrototype) return false
  return length > 0 && length === byteLengthOf(value as Uint8Array)
}

/** The same bytes, in an object that tells the truth of them: itself where it is plain. */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  if (isPlainBytes(bytes)) return bytes
  return new Uint8Array(bufferOf(bytes), byteOffsetOf(bytes), byteLengthOf(bytes))
}
