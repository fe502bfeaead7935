import type { CompressionCodec } from './codec.js'
import { KafkaError } from './errors.js'
import { byteLengthOf, isBytes } from './primitives/bytes.js'
import { printable } from './text/printable.js'

const names = new Map<unknown, string>([
  [1, 'gzip'],
  [2, 'snappy'],
  [3, 'lz4'],
  [4, 'zstd'],
])

/**
 * A codec as one can rely on it. The codec itself is a plugin: its answer may be no bytes at all, may call back twice, or may
 * be memory that the codec goes on using.
 */
export class CheckedCodec {
  /** Read once: it stands in the header of every batch. */
  readonly id: CompressionCodec['id']
  /** Read once, and fit for a message. */
  readonly name: string
  readonly #codec: CompressionCodec

  /** @throws KafkaError INVALID_OPTION where the id or the name is not one of Kafka */
  constructor(codec: CompressionCodec) {
    const { id, name } = codec
    if (!names.has(id)) throw wrong(`the id ${printableId(id)}`)
    if (typeof name !== 'string' || name === '') throw wrong(`a name of type ${typeof name}`)
    this.id = id
    this.name = printable(name)
    this.#codec = codec
  }

  /**
   * Compresses the records of one batch.
   *
   * @returns what they became, in memory that is the caller's alone; null where that is not smaller
   * @throws what the codec throws; TypeError where its answer is not what the contract says. A promise rejects with the same.
   */
  compress(input: Uint8Array): Uint8Array | null | Promise<Uint8Array | null> {
    const bytes = input.byteLength
    const output: unknown = this.#codec.compress(input)
    if (isBytes(output)) return smaller(output, input, bytes)
    // Whatever `then` is: a promise takes its first answer alone.
    return new Promise((resolve) => resolve(output)).then((late) => smaller(late, input, bytes))
  }
}

function smaller(output: unknown, input: Uint8Array, inputBytes: number): Uint8Array | null {
  if (input.byteLength !== inputBytes)
    throw new TypeError('a codec must not transfer the memory of its input; it may transfer a copy')
  if (!isBytes(output)) throw new TypeError('a codec must give bytes')
  // The property of the object might say something else.
  const bytes = byteLengthOf(output)
  if (bytes === 0) throw new TypeError('a codec must not give nothing')
  return bytes < inputBytes ? new Uint8Array(output) : null
}

function wrong(what: string): KafkaError {
  const known = [...names].map(([id, name]) => `${String(id)} ${name}`).join(', ')
  const detail = `compression has ${what}; a codec has the id that Kafka gave it (${known}) and a text as its name`
  return new KafkaError('INVALID_OPTION', detail)
}

function printableId(id: unknown): string {
  return typeof id === 'number' ? String(id) : `of type ${typeof id}`
}
