/** What the work below takes on the machine on which the bars were set, in ms. */
const referenceMs = 7
/** A machine that is slower than this is too slow for any bar. */
const mostSlowdown = 4

const bytes = new Uint8Array(4 * 1024 * 1024).map((_, at) => at * 31)

/**
 * How many times slower than that machine this one is at the moment: other programs may share its processors and caches, which
 * costs even the processor's own time. At least 1, so that a fast machine raises no bar.
 */
export function slowdown(): number {
  const fastest = Math.min(...[0, 0, 0].map(() => msOf(work)))
  return Math.min(Math.max(1, fastest / referenceMs), mostSlowdown)
}

function msOf(run: () => void): number {
  const begun = performance.now()
  run()
  return performance.now() - begun
}

/** What decoders do: reads bytes, computes, and makes small objects. */
function work(): void {
  const made: object[] = []
  let sum = 0
  for (let at = 0; at < bytes.length; at++) {
    sum = (sum * 31 + bytes[at]!) | 0
    if ((at & 63) === 0) made.push({ at, sum })
  }
}
