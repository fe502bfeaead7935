/** The token behind `#token=`, as it is or with `%` codes; null where there is none. A plus sign is itself, as many tokens have it. */
export function tokenOfHash(hash: string): string | null {
  const given = /^#token=(.+)$/.exec(hash)?.[1]
  if (given === undefined) return null
  try {
    return decodeURIComponent(given)
  } catch {
    return given
  }
}

/** Whether this can be a token at all: `fetch` throws for other characters in a header. */
export function isSendable(token: string): boolean {
  return /^[\x21-\x7e]+$/.test(token)
}
