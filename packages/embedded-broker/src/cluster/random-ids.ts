import { Buffer } from 'node:buffer'
import { randomBytes } from 'node:crypto'

const idBytes = 16

/** Makes the ids of a cluster. With the `random` of a test's runtime the same seed makes the same ids. */
export class RandomIds {
  readonly #random: (() => number) | undefined

  constructor(random?: () => number) {
    this.#random = random
  }

  /** 22 characters of base64url, as the id of a cluster is in Kafka. */
  text(): string {
    return this.#bytes().toString('base64url')
  }

  /** A UUID of version 4. */
  uuid(): string {
    const bytes = this.#bytes()
    bytes[6] = (bytes[6]! & 0x0f) | 0x40
    bytes[8] = (bytes[8]! & 0x3f) | 0x80
    return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
  }

  #bytes(): Buffer {
    const random = this.#random
    if (random === undefined) return randomBytes(idBytes)
    return Buffer.from(Array.from({ length: idBytes }, () => Math.floor(random() * 256)))
  }
}
