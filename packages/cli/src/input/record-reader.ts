import type { Buffer } from 'node:buffer'
import type { ProducerRecord } from '@sluice/producer'
import { counted } from '../terminal/numbers.js'
import { ByteOrderMark } from './byte-order-mark.js'
import { type Frame, type Framing, Overlong } from './framing/frame.js'
import { InputError } from './input-error.js'
import { BadFrame, type FrameReader, type RecordFormat } from './record-format.js'

/** What becomes of frames that cannot become records. */
export interface BadFrames {
  /** Hears of each: returns to leave it out, throws to end. */
  refuse(error: InputError): void
}

/** Makes records of the chunks of one input. */
export class RecordReader {
  readonly #name: string
  readonly #mark: ByteOrderMark
  readonly #framing: Framing
  readonly #read: FrameReader
  readonly #bad: BadFrames

  /** @param name - of the input, for messages */
  constructor(name: string, format: RecordFormat, bad: BadFrames) {
    this.#name = name
    this.#mark = new ByteOrderMark(format.mark, name)
    this.#framing = format.framing()
    this.#read = format.reader()
    this.#bad = bad
  }

  /** The records that end in this chunk. */
  *records(chunk: Buffer): Generator<ProducerRecord> {
    for (const frame of this.#framing.split(this.#mark.pass(chunk))) {
      const record = this.#recordOf(frame)
      if (record !== null) yield record
    }
  }

  /** The records that end with the input. */
  *rest(): Generator<ProducerRecord> {
    yield* this.records(this.#mark.end())
    const frame = this.#framing.rest()
    const record = frame === null ? null : this.#recordOf(frame)
    if (record !== null) yield record
  }

  #recordOf(frame: Frame): ProducerRecord | null {
    try {
      if (frame instanceof Overlong)
        throw new BadFrame(
          `has ${counted(frame.bytes, 'byte')}, more than a record may have; raise --max-request-bytes, and max.message.bytes of the topic`,
        )
      return this.#read(frame)
    } catch (error) {
      if (!(error instanceof BadFrame)) throw error
      this.#bad.refuse(new InputError(`${this.#name}:${this.#framing.line} ${error.message}`))
      return null
    }
  }
}
