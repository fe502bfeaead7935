import type { Buffer } from 'node:buffer'
import type { HeaderValue, ProducerRecord } from '@sluice/producer'
import type { MarkPolicy } from './byte-order-mark.js'
import type { Framing } from './framing/frame.js'

/** The name and the value of a header. */
export type Header = readonly [name: string, value: HeaderValue]

/** What every record of the command has. What a line says itself comes first. */
export interface RecordBase {
  readonly topic: string
  readonly key?: string
  readonly partition?: number
  readonly headers?: readonly Header[]
}

/** How the input becomes records: first its bytes are cut into frames, then each frame is read. */
export interface RecordFormat {
  /** What happens to a byte order mark. */
  readonly mark: MarkPolicy
  /** A new framing for each input. */
  framing(): Framing
  /** A new reader for each input: a header line is of one input alone. */
  reader(): FrameReader
}

/**
 * Makes a record of a frame, or null of a frame that is none, such as the header of CSV.
 *
 * @throws BadFrame where the frame is wrong: nothing of it is sent
 */
export type FrameReader = (frame: Buffer) => ProducerRecord | null

/** A frame that cannot become a record. The message says why, and never what is in it. */
export class BadFrame extends Error {
  override readonly name = 'BadFrame'
}
