import { brotliCompressSync } from 'node:zlib'

/**
 * A module that holds a text compressed, and gives it by a function.
 *
 * @param name - of the function
 * @param result - what the function returns: an expression of JavaScript, in which `text` is the text
 */
export function packedTextModule(name: string, text: string, result = 'text'): string {
  const packed = brotliCompressSync(text).toString('base64')
  return `import { Buffer } from 'node:buffer'
import { brotliDecompressSync } from 'node:zlib'
export async function ${name}() {
  const text = brotliDecompressSync(Buffer.from('${packed}', 'base64')).toString()
  return ${result}
}
`
}
