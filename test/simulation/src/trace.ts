import { crc32c } from '@sluice/protocol'

/**
 * What has happened, in its order. Two runs of one seed have the same trace, byte for byte: the bytes on the wire are part of
 * it by their checksums.
 */
export class Trace {
  /** Null where nobody reads them. */
  readonly lines: string[] | null
  readonly #now: () => number
  #sum = 0x811c9dc5

  constructor(now: () => number, isRead: boolean) {
    this.#now = now
    this.lines = isRead ? [] : null
  }

  /** A number that two different traces hardly share. */
  get sum(): string {
    return (this.#sum >>> 0).toString(16).padStart(8, '0')
  }

  event(what: string, a: number | string = '', b: number | string = ''): void {
    const line = `${this.#now().toFixed(3)} ${what} ${a} ${b}`
    for (let index = 0; index < line.length; index++)
      this.#sum = Math.imul(this.#sum ^ line.charCodeAt(index), 0x01000193)
    this.lines?.push(line)
  }

  bytes(what: string, connection: number, bytes: Uint8Array): void {
    this.event(what, connection, `${bytes.length} ${crc32c(bytes)}`)
  }
}
