/**
 * How messages are described: what Kafka's message definitions say, as a value. The messages that a producer needs are
 * part of `@sluice/protocol`; with this entry point a package describes further ones, such as those of a broker.
 *
 * @packageDocumentation
 */
export {
  between,
  from,
  message,
  struct,
  tagged,
  until,
  type Field,
  type FieldOf,
  type Fields,
  type StructInput,
  type StructType,
  type StructValue,
} from './schema/struct.js'
export {
  arrayOf,
  bool,
  bytes,
  int16,
  int32,
  int64,
  int8,
  nullable,
  string,
  uuid,
  type ArrayType,
  type InputOf,
  type NullableType,
  type NullableWireType,
  type ValueOf,
  type WireType,
} from './schema/wire-type.js'
