import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildCheckout } from '../peers/build-checkout.js'
import { checkOut } from '../peers/other-checkout.js'
import { temporaryFolder } from '../peers/temporary-folder.js'
import { startEmbedded } from '../pipeline/brokers.js'
import { type CountedLoad, instructionsOf, writeProgram } from './count-instructions.js'

const here = fileURLToPath(new URL('../../../', import.meta.url))
const allWays = ['enqueue', 'send', 'await'] as const

/** A column of the table. */
interface Counted {
  readonly checkout: string
  readonly metered: boolean
}

/**
 * How many instructions a record costs, as valgrind counts them. Unlike time they hardly depend on what else the machine
 * does, so they show differences of half a percent without brokers, and of three with them. They do not show a cache miss.
 *
 * Beside this checkout is the one to compare with, or, where there is none, this checkout with `metrics()` being read.
 *
 * @param against - a git reference to compare this checkout with
 * @param only - the ways of sending to count, with commas between them; undefined for all
 */
export async function instructions(
  against: string | undefined,
  only: string | undefined,
): Promise<void> {
  const ways = allWays.filter((way) => only === undefined || only.split(',').includes(way))
  using other = against === undefined ? null : checkOut(against)
  const columns: Counted[] = [
    { checkout: other?.folder ?? here, metered: false },
    { checkout: here, metered: other === null },
  ]
  const checkouts = new Set(columns.map(({ checkout }) => checkout))
  for (const checkout of checkouts) await buildCheckout(checkout)
  using folder = temporaryFolder('sluice-instructions-')
  const script = await writeProgram(folder.path)
  await using brokers = await startEmbedded()
  console.log(`Node ${process.version}, instructions for each record of 100 bytes`)
  console.log(other === null ? 'unread, and metrics() read each 20 000 records' : `${against}, now`)
  const alone = [...checkouts].every(hasFront)
  if (!alone) console.log('without brokers: a checkout has no front that could be used alone')
  for (const bootstrapServers of alone
    ? [[], brokers.bootstrapServers]
    : [brokers.bootstrapServers])
    for (const way of ways) await row(script, { way, bootstrapServers }, columns)
}

function hasFront(checkout: string): boolean {
  return existsSync(join(checkout, 'packages/accumulator/dist/front.js'))
}

async function row(
  script: string,
  load: Omit<CountedLoad, 'metered'>,
  columns: readonly Counted[],
): Promise<void> {
  const counts = await Promise.all(
    columns.map(({ checkout, metered }) => instructionsOf(script, checkout, { ...load, metered })),
  )
  const name = `${load.way}, ${load.bootstrapServers.length === 0 ? 'without' : '3 embedded'} brokers`
  const ratio = (counts[1]! / counts[0]!).toFixed(3)
  const figures = counts.map((count) => count.toFixed(0).padStart(8)).join('')
  console.log(`${name.padEnd(30)}${figures}  ratio ${ratio}`)
}
