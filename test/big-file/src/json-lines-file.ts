import { createHash, type Hash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'

/** What the lines of a file, or of a topic, come to. */
export interface Content {
  readonly lines: number
  readonly sha256: string
}

const chunkLines = 1000
const newline = 10

/** Writes lines of JSON of very different lengths, each with a newline, until there are so many bytes. */
export async function writeJsonLines(path: string, bytes: number): Promise<Content> {
  const file = createWriteStream(path)
  const hash = createHash('sha256')
  let [lines, written] = [0, 0]
  while (written < bytes) {
    const text = Array.from({ length: chunkLines }, (_, at) => lineOf(lines + at)).join('')
    const chunk = Buffer.from(text)
    hash.update(chunk)
    if (!file.write(chunk)) await once(file, 'drain')
    lines += chunkLines
    written += chunk.length
  }
  file.end()
  await once(file, 'close')
  return { lines, sha256: hash.digest('hex') }
}

/** The first lines of a file. Without a number all of them. */
export async function contentOf(path: string, lines = Infinity): Promise<Content> {
  const counting = new CountingHash(lines)
  for await (const chunk of createReadStream(path)) {
    counting.update(chunk as Buffer)
    if (counting.isFull) break
  }
  return counting.content()
}

/** Hashes lines up to a number of them, and counts them, in the memory of a chunk. */
export class CountingHash {
  readonly #most: number
  readonly #hash: Hash = createHash('sha256')
  #lines = 0

  constructor(most: number) {
    this.#most = most
  }

  get isFull(): boolean {
    return this.#lines >= this.#most
  }

  update(chunk: Buffer): void {
    let end = 0
    while (!this.isFull) {
      const at = chunk.indexOf(newline, end)
      if (at === -1) break
      this.#lines++
      end = at + 1
    }
    this.#hash.update(this.isFull ? chunk.subarray(0, end) : chunk)
  }

  content(): Content {
    return { lines: this.#lines, sha256: this.#hash.digest('hex') }
  }
}

/** Some 60 to 1300 bytes. The numbers are spread, so that neighbours differ in content and length. */
function lineOf(number: number): string {
  const spread = (number * 2_654_435_761) % 4_294_967_296
  const items = Array.from({ length: spread % 20 }, (_, at) => ({
    sku: `s-${(spread + at * 7919) % 100_000}`,
    count: 1 + ((number + at) % 9),
    note: at % 5 === 0 ? 'zerbrechlich – ünïcode ✓' : '',
  }))
  return `${JSON.stringify({ order: `o-${number}`, customer: spread, items })}\n`
}
