/**
 * Sends batches: one Produce request a broker, numbered, repeated, judged.
 *
 * @packageDocumentation
 */
export { createSender } from './create-sender.js'
export { senderDefaults, type SenderOptions } from './options.js'
export type { SenderRuntime } from './runtime.js'
export type { Sender, SenderStages } from './sender.js'
