/** A name without case, punctuation and `ms`: `linger.ms`, `LINGER_MS` and `linger` are `lingerMs`, written otherwise. */
export function plainName(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .replace(/ms$/, '')
}

/** The name that was probably meant, if one is near: not more than a wrong letter for every four, in whatever order. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  // What is much longer than any name is none of them.
  if (name.length > 60) return undefined
  const plain = plainName(name)
  let least = Infinity
  let nearest: string | undefined
  for (const one of names) {
    const wrong = wrongLetters(plain, plainName(one))
    if (wrong >= least || wrong > Math.max(1, one.length / 4)) continue
    least = wrong
    nearest = one
  }
  return nearest
}

function wrongLetters(from: string, to: string): number {
  let surplus = 0
  let missing = to
  for (const letter of from) {
    const left = missing.replace(letter, '')
    if (left === missing) surplus++
    missing = left
  }
  return Math.max(surplus, missing.length)
}
