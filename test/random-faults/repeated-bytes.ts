import type { WireBatch } from './wire-batch.js'

const headerBytes = 61

/** Compares what is sent again with what was sent before. Values must not repeat. */
export class RepeatedBytes {
  readonly violations: string[] = []
  readonly #bytes = new Map<string, Buffer>()

  /** Records never change; nor does the header, until the epoch does. */
  saw({ values, epoch, producerId, bytes }: WireBatch): void {
    // A batch that was split is others from then on.
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
