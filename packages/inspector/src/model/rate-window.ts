/** Turns totals into rates over about a second: shorter times would show the steps of single batches. */
export class RateWindow<Name extends string> {
  readonly #spanMs: number
  #samples: { readonly at: number; readonly totals: Readonly<Record<Name, number>> }[] = []

  constructor(spanMs = 1_000) {
    this.#spanMs = spanMs
  }

  /**
   * @param at - in milliseconds
   * @param totals - a total that has become smaller has begun anew, and then its rate is 0
   * @returns how much each total has grown a second; 0 at first, and for a total that was not there at the begin of the span
   */
  add(at: number, totals: Readonly<Record<Name, number>>): Record<Name, number> {
    this.#samples.push({ at, totals })
    while (this.#samples.length > 2 && this.#samples[1]!.at <= at - this.#spanMs)
      this.#samples.shift()
    const first = this.#samples[0]!
    const seconds = (at - first.at) / 1_000
    const rates: Record<Name, number> = { ...totals }
    for (const name in totals)
      rates[name] = Object.hasOwn(first.totals, name)
        ? ratePerSecond(totals[name] - first.totals[name], seconds)
        : 0
    return rates
  }
}

function ratePerSecond(grown: number, seconds: number): number {
  return seconds > 0 ? Math.max(0, grown / seconds) : 0
}
