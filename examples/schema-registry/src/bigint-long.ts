import { Buffer } from 'node:buffer'
import avro, { type ForSchemaOptions, type Type } from 'avsc'

/** Avro's `long` as BigInt, exact in all 64 bits. A number is refused: it might have been rounded before it came here. */
// oxlint-disable-next-line no-underscore-dangle -- that is its name
export const bigIntLong: Type = avro.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer(value: bigint) {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64LE(value)
    return bytes
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === 'bigint' && BigInt.asIntN(64, value) === value,
  compare: (one: bigint, other: bigint) => (one === other ? 0 : one < other ? -1 : 1),
})

/** For the option `AVRO` of a registry. A long with a logical type, such as `timestamp-micros`, is a BigInt, too. */
export function longsAsBigInt(): Partial<ForSchemaOptions> {
  return {
    typeHook(schema: unknown) {
      const isObject = typeof schema === 'object' && schema !== null && 'type' in schema
      return (isObject ? schema.type : schema) === 'long' ? bigIntLong : undefined
    },
  }
}
