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

/**
 * True for a Uint8Array of this realm that has bytes, is of no class of its own and tells its true length: nearly every one.
 * It is asked for each record, so it makes one call. To ask for the prototype would cost ten times as much as `constructor`.
 */
export function isPlainBytes(value: unknown): value is Uint8Array {
  if (!ArrayBuffer.isView(value)) return false
  const { constructor, length } = value as Uint8Array
  if (constructor !== Buffer && constructor !== Uint8Array) return false
  return length > 0 && length === byteLengthOf(value as Uint8Array)
}

/** The same bytes, in an object that tells the truth of them: itself where it is plain. */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  if (isPlainBytes(bytes)) return bytes
  return new Uint8Array(bufferOf(bytes), byteOffsetOf(bytes), byteLengthOf(bytes))
}
