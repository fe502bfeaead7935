/**
 * A live page of a running producer, in the browser.
 *
 * @packageDocumentation
 */

export { type Inspector, inspectProducer } from './inspect-producer.js'
export type { InspectedProducer, InspectedStatus } from './inspected-producer.js'
export type { InspectorOptions } from './inspector-options.js'
