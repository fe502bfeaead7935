/** How many random runs a test makes, and where they begin. */
export interface SeededRuns {
  readonly numRuns: number
  readonly seed: number
}

/** `SLUICE_RUNS` and `SLUICE_SEED`, or as many as usual from a new seed. Printed, so that any run can be made again. */
export function seededRuns(usual: number): SeededRuns {
  const numRuns = Number(process.env['SLUICE_RUNS'] ?? usual)
  const seed = Number(process.env['SLUICE_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
  console.log(`${numRuns} runs from seed ${seed}: SLUICE_SEED=${seed} SLUICE_RUNS=${numRuns}`)
  return { numRuns, seed }
}
