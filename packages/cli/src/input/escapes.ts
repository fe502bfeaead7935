import { Buffer } from 'node:buffer'
import { UsageError } from '../usage-error.js'

const named: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', '0': '\0', '\\': '\\' }

/**
 * The bytes that a delimiter on the command line stands for: its text as UTF-8, with the escapes `\t`, `\n`, `\r`, `\0`, `\\`
 * and `\x1f`, which is one byte.
 *
 * @param option - the option that it was given by, for the message
 * @throws UsageError for no text, and for another escape
 */
export function bytesOfDelimiter(option: string, text: string): Buffer {
  if (text === '') throw new UsageError(`${option} is empty; give at least one character`)
  const parts = text.match(/\\x[0-9a-fA-F]{2}|\\[\s\S]?|[^\\]+/g) ?? []
  return Buffer.concat(parts.map((part) => bytesOfPart(option, part)))
}

function bytesOfPart(option: string, part: string): Buffer {
  if (!part.startsWith('\\')) return Buffer.from(part)
  if (part.length === 4) return Buffer.from(part.slice(2), 'hex')
  const meant = named[part.slice(1)]
  if (meant !== undefined) return Buffer.from(meant)
  throw new UsageError(
    `${option} has the unknown escape "${part}"; use \\t, \\n, \\r, \\0, \\\\ or \\x and two hexadecimal digits`,
  )
}
