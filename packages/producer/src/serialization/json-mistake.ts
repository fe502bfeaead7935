import { printable } from '@sluice/protocol'

/**
 * Why `JSON.stringify` threw for these data, with the path to the place, such as `items[3].price`.
 *
 * @returns null where it is nothing that can be found, such as a `toJSON` that throws
 */
export function placeOfMistake(data: unknown): string | null {
  try {
    return mistakeIn(data, '', '', [])
  } catch {
    return null
  }
}

/** @param holders - the objects around the value */
function mistakeIn(
  given: unknown,
  key: string,
  path: string,
  holders: readonly object[],
): string | null {
  const value = replaced(given, key)
  const place = path === '' ? 'it' : printable(path)
  if (typeof value === 'bigint')
    return `${place} is a bigint, which JSON does not have; give text, or a number where it is exact`
  if (typeof value !== 'object' || value === null) return null
  if (holders.includes(value)) return `${place} is an object that holds itself`
  const around = [...holders, value]
  for (const [name, held] of Object.entries(value)) {
    const mistake = mistakeIn(held, name, pathTo(value, name, path), around)
    if (mistake !== null) return mistake
  }
  return null
}

/** What `toJSON` gives takes the place of the object. */
function replaced(given: unknown, key: string): unknown {
  const { toJSON } = (given ?? {}) as { toJSON?: unknown }
  return typeof toJSON === 'function' ? (toJSON.call(given, key) as unknown) : given
}

function pathTo(holder: object, name: string, path: string): string {
  if (Array.isArray(holder)) return `${path}[${name}]`
  return path === '' ? name : `${path}.${name}`
}
