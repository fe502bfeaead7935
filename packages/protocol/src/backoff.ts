/** The longest delay in milliseconds that a timer of Node can hold, 2³¹ − 1 (25 days). A longer one fires at once. */
export const longestTimerMs = 2_147_483_647

/**
 * How long to wait before the next try (KIP-580): `baseMs × 2^attempt`, at most `maxMs`, then ± 20 % so that
 * clients do not come back all at once.
 *
 * @param attempt - 0 for the first wait
 * @param random - as `Math.random`
 * @returns milliseconds, possibly fractional; up to 20 % over `maxMs`
 */
export function exponentialBackoff(
  attempt: number,
  baseMs: number,
  maxMs: number,
  random: () => number,
): number {
  const term = Math.min(baseMs * 2 ** attempt, maxMs)
  return term * (0.8 + 0.4 * random())
}
