import type { Mutant } from './mutant.js'
import { partitionerMutants } from './partitioner.js'

/** All mutants, by the package they are of. */
export const mutantLists: Readonly<Record<string, readonly Mutant[]>> = {
  partitioner: partitionerMutants,
}
