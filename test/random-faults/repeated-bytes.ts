import type { WireBatch } from './wire-batch.js'

const headerBytes = 61

/** Compares a batch that is sent again with the batch that was sent before. Values must not repeat. */
export class RepeatedBytes {
  readonly violations: string[] = []
  readonly #bytes = new Map<string, Buffer>()

  /** The records never change, and the header changes only with the epoch. */
  saw({ values, epoch, producerId, bytes }: WireBatch): void {
    // The parts of a batch that was split are other batches.
    const records = values.join(' ')
    this.#compare(`payload of ${records}`, bytes.subarray(headerBytes))
    const header = bytes.subarray(0, headerBytes)
    this.#compare(`header of ${records} in epoch ${producerId} ${epoch}`, header)
  }

  #compare(what: string, bytes: Buffer): void {
    const before = this.#bytes.get(what)
    if (before === undefined) this.#bytes.set(what, bytes)
    else if (!before.equals(bytes)) this.violations.push(`${what} has changed`)
  }
}
