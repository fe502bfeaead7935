/** Every way to leave out a part of a list, the largest parts first. */
export function* fewer<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let size = list.length; size > 0; size = size >> 1)
    for (let at = 0; at < list.length; at += size)
      yield [...list.slice(0, at), ...list.slice(at + size)]
}

/** Every way to put something simpler in the place of one of a list. */
export function* simpler<T>(
  list: readonly T[],
  simplify: (one: T) => Iterable<T>,
): Generator<readonly T[]> {
  for (const [at, one] of list.entries())
    for (const other of simplify(one)) yield list.with(at, other)
}
