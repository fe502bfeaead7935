import type { Reply, WireBatch } from './kit-request.js'

/** The log of one partition. It knows every number that it has written, and takes no number after a gap. */
export class KitLog {
  readonly names: string[] = []
  readonly #written = new Map<string, bigint>()
  #epoch = -1
  #next = 0
  #offset = 0n

  /** Without numbers a broker cannot tell a second copy. */
  get firstCopies(): string[] {
    return [...new Set(this.names)]
  }

  append(batch: WireBatch): Reply {
    const { partition, producerId, epoch, sequence } = batch
    const isNumbered = producerId >= 0n
    const number = `${epoch} ${sequence}`
    const known = isNumbered ? this.#written.get(number) : undefined
    if (known !== undefined) return { partition, code: null, offset: known }
    if (isNumbered && !this.#isNext(batch))
      return { partition, code: 'OUT_OF_ORDER_SEQUENCE_NUMBER', offset: -1n }
    const offset = this.#offset
    this.#written.set(number, offset)
    this.names.push(batch.name)
    this.#epoch = epoch
    this.#next = sequence + batch.count
    this.#offset += BigInt(batch.count)
    return { partition, code: null, offset }
  }

  #isNext({ epoch, sequence }: WireBatch): boolean {
    return epoch === this.#epoch ? sequence === this.#next : sequence === 0
  }
}
