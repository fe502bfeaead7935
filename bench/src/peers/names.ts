interface Named {
  readonly id: string
}

/** Whether one of the names means this id: it is the id, or the id goes on after it with a hyphen. */
export function isMeant(id: string, names: readonly string[]): boolean {
  return names.some((name) => id === name || id.startsWith(`${name}-`))
}

/**
 * Those that the names mean, in the order of the list; all of them where no name is given.
 *
 * @param what - what they are, for the error
 * @throws Error for a name that means none of them
 */
export function chosen<T extends Named>(
  all: readonly T[],
  names: readonly string[],
  what: string,
): T[] {
  const unknown = names.find((name) => !all.some(({ id }) => isMeant(id, [name])))
  if (unknown !== undefined) {
    const known = all.map(({ id }) => id).join(', ')
    throw new Error(`There is no ${what} "${unknown}": ${known}.`)
  }
  return names.length === 0 ? [...all] : all.filter(({ id }) => isMeant(id, names))
}
