import { fileURLToPath } from 'node:url'
import { mutantLists } from './lists.js'
import type { Mutant } from './mutant.js'
import { createWorkingCopy, type WorkingCopy } from './working-copy.js'

/** A mutant, and the list that it stands in. */
interface ChosenMutant {
  readonly title: string
  readonly mutant: Mutant
}

/** @param filter - a part of their titles, or of the files that they change */
export function chosenMutants(filter: string): ChosenMutant[] {
  const chosen = Object.entries(mutantLists)
    .flatMap(([list, all]) => all.map((mutant) => ({ title: `${list}: ${mutant.name}`, mutant })))
    .filter(({ title, mutant }) => title.includes(filter) || mutant.file.includes(filter))
  if (chosen.length === 0) throw new Error(`no mutant has "${filter}" in its title or file`)
  return chosen
}

/** A copy of the repository, which is gone when this process ends. */
export function copyOfRepository(): WorkingCopy {
  process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143))
  const copy = createWorkingCopy(fileURLToPath(new URL('../..', import.meta.url)))
  process.once('exit', () => copy.remove())
  return copy
}
