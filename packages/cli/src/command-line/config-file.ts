import { UsageError } from '../usage-error.js'

/**
 * The lines `name = value` of a configuration file. A line that begins with `#` is a comment; what stands around a name and a value
 * as spaces is not part of them. A name may come again, for options that take several values.
 *
 * @throws UsageError that names the file and the line, and not what is on it
 */
export function parseConfig(text: string, path: string): Map<string, string[]> {
  const values = new Map<string, string[]>()
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const content = line.trim()
    if (content === '' || content.startsWith('#')) continue
    const at = content.indexOf('=')
    if (at < 1) throw new UsageError(`${path}:${index + 1} is not "name = value"`)
    const name = content.slice(0, at).trim()
    values.set(name, [...(values.get(name) ?? []), content.slice(at + 1).trim()])
  }
  return values
}
