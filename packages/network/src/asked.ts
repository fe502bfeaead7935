/** A value, or a function that is asked for it at each connection, so that what it gives may change. */
export type Asked<T> = T | (() => T | Promise<T>)

export async function ask<T>(asked: Asked<T>): Promise<T> {
  return typeof asked === 'function' ? (asked as () => T | Promise<T>)() : asked
}
