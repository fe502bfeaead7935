/** How many random runs a test makes, and from which seed. */
export interface SeededRuns {
  readonly numRuns: number
  readonly seed: number
}

/**
 * Reads `SLUICE_RUNS` and `SLUICE_SEED`, and prints both so that each run can be made again.
 *
 * @param usual How many runs without `SLUICE_RUNS`. Without `SLUICE_SEED` the seed is a new one.
 */
export function seededRuns(usual: number): SeededRuns {
  const numRuns = Number(process.env['SLUICE_RUNS'] ?? usual)
  const seed = Number(process.env['SLUICE_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
  console.log(`${numRuns} runs from seed ${seed}: SLUICE_SEED=${seed} SLUICE_RUNS=${numRuns}`)
  return { numRuns, seed }
}
