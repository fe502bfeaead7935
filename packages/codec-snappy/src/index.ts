/**
 * The codec snappy for batches of records, over the library `snappy`.
 *
 * @packageDocumentation
 */

export { snappy } from './snappy.js'
