/**
 * The codec lz4 for batches of records, over the library `lz4-napi`.
 *
 * @packageDocumentation
 */

export { lz4 } from './lz4.js'
