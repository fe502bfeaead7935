/** How often the steps of scenarios had an effect. */
export interface Tally {
  /** Requests that were answered on their own. */
  answers: number
  /** Partitions in them that were not answered as the broker would have. */
  faults: number
  /** Requests that were worked on before their connection ended. */
  unheard: number
  cuts: number
  /** Requests that were worked on after it. */
  zombies: number
  moves: number
}

export function emptyTally(): Tally {
  return { answers: 0, faults: 0, unheard: 0, cuts: 0, zombies: 0, moves: 0 }
}
