import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildCheckout } from '../peers/build-checkout.js'
import { checkOut } from '../peers/other-checkout.js'
import { temporaryFolder } from '../peers/temporary-folder.js'
import { startEmbedded } from '../pipeline/brokers.js'
import { type CountedLoad, instructionsOf, writeProgram } from './count-instructions.js'

const here = fileURLToPath(new URL('../../../', import.meta.url))
const ways = ['enqueue', 'send', 'await'] as const

/**
 * How many instructions a record costs, as valgrind counts them. Unlike time they hardly depend on what else the machine
 * does, so they show differences of half a percent without brokers, and of three with them. They do not show a cache miss.
 *
 * @param against - a git reference to compare this checkout with
 */
export async function instructions(against: string | undefined): Promise<void> {
  using other = against === undefined ? null : checkOut(against)
  const checkouts = other === null ? [here] : [other.folder, here]
  for (const checkout of checkouts) await buildCheckout(checkout)
  using folder = temporaryFolder('sluice-instructions-')
  const script = await writeProgram(folder.path)
  await using brokers = await startEmbedded()
  console.log(`Node ${process.version}, instructions for each record of 100 bytes`)
  const alone = checkouts.every(hasFront)
  if (!alone) console.log('without brokers: a checkout has no front that could be used alone')
  for (const bootstrapServers of alone
    ? [[], brokers.bootstrapServers]
    : [brokers.bootstrapServers])
    for (const way of ways) await row(script, { way, bootstrapServers }, checkouts)
}

function hasFront(checkout: string): boolean {
  return existsSync(join(checkout, 'packages/accumulator/dist/front.js'))
}

async function row(script: string, load: CountedLoad, checkouts: readonly string[]): Promise<void> {
  const counts = await Promise.all(
    checkouts.map((checkout) => instructionsOf(script, checkout, load)),
  )
  const name = `${load.way}, ${load.bootstrapServers.length === 0 ? 'without' : '3 embedded'} brokers`
  const [old, now] = counts
  const ratio = now === undefined ? '' : `  now/old ${(now / old!).toFixed(3)}`
  console.log(
    `${name.padEnd(30)}${counts.map((count) => count.toFixed(0).padStart(8)).join('')}${ratio}`,
  )
}
