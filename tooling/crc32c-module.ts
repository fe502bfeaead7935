import { readFile } from 'node:fs/promises'
import wabt from 'wabt'

const folder = new URL('../packages/protocol/src/primitives/', import.meta.url)

/** Where the module is embedded. */
export const embedded = new URL('crc32c-module.ts', folder)

/** What the file at {@link embedded} must hold: the module that `crc32c.wat` describes. */
export async function embeddedModule(): Promise<string> {
  const { parseWat } = await wabt()
  const text = await readFile(new URL('crc32c.wat', folder))
  const module = parseWat('crc32c.wat', text, { simd: true, bulk_memory: true })
  const base64 = Buffer.from(module.toBinary({}).buffer).toString('base64')
  return `/** What \`crc32c.wat\` builds: \`npm run generate:crc32c\` writes this file. */
export const crc32cModule =
  '${base64}'
`
}
