import { printable } from '@sluice/protocol'
import { DemoError } from '../demo-error.js'

/**
 * The key in a line of JSON.
 * @throws DemoError with a text that continues "line 7 …" and never shows the contents of the line
 */
export function keyOf(line: Buffer, field: string): string {
  const event = parseObject(line)
  const shown = `"${printable(field)}"`
  const value = Object.hasOwn(event, field) ? event[field] : undefined
  if (value === undefined) throw new DemoError(`has no field ${shown}, which --key names`)
  if (isKey(value)) return String(value)
  throw new DemoError(
    `has ${kindOf(value)} in the field ${shown}; a key is text, a number or a boolean`,
  )
}

// Removes a byte order mark, and refuses bytes that are not UTF-8.
const utf8 = new TextDecoder('utf-8', { fatal: true })

function parseObject(line: Buffer): Record<string, unknown> {
  let parsed: unknown
  try {
    parsed = JSON.parse(utf8.decode(line))
  } catch {
    // Both errors quote the contents of the line, so neither becomes a cause.
    throw new DemoError('is no JSON, which --key needs')
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
    return parsed as Record<string, unknown>
  }
  throw new DemoError('is no JSON object, which --key needs')
}

function isKey(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'a list' : 'an object'
}
