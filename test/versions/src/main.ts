// npm run test:versions [-- --only 3.9.2,upgrade --checks snappy]: every Kafka that the README names, one after the other.
import { chosenNames, readArguments } from '../../arguments.js'
import { titles, tryVersion } from './checks.js'
import { runToEnd } from './run-to-end.js'
import { keepSeen, type Outcome, readSeen } from './seen.js'
import { isFault, versionsTable } from './table.js'
import { versions } from './versions.js'

const upgrade = 'upgrade'
const known = [...versions, upgrade]

const asked = readArguments({ only: '', checks: '' })
const chosen = chosenNames('only', asked.only, known)
const ways = chosenNames('checks', asked.checks, titles)

let faults = 0
for (const version of versions) if (chosen.includes(version)) await seeVersion(version)
if (chosen.includes(upgrade)) await tryUpgrade()
const left = known.filter((each) => !chosen.includes(each))
console.log(`\n${versionsTable(readSeen())}\n`)
if (left.length > 0) console.log(`not in this run: ${left.join(', ')}`)
console.log(faults === 0 ? 'all ok' : `${faults} FAILED`)
process.exitCode = faults === 0 ? 0 : 1

/** What was seen is written down at once, so that a run that is cut off was not in vain. */
async function seeVersion(version: string): Promise<void> {
  console.log(`\n=== Kafka ${version}: ${ways.join('; ')}`)
  const seen: Record<string, Outcome> = {}
  const see = (outcomes: Record<string, Outcome>): void => {
    Object.assign(seen, outcomes)
    for (const each of Object.entries(outcomes))
      console.log(`=== Kafka ${version}: ${each.join(': ')}`)
    keepSeen(version, outcomes)
  }
  try {
    for await (const outcomes of tryVersion(version, ways)) see(outcomes)
  } catch (error) {
    const unseen = ways.filter((title) => seen[title] === undefined)
    see(Object.fromEntries(unseen.map((title) => [title, `FAILED: ${String(error)}`])))
  }
  faults += Object.values(seen).filter(isFault).length
}

async function tryUpgrade(): Promise<void> {
  console.log('\n=== a rolling upgrade')
  const code = await runToEnd('npm', ['run', 'test:upgrade'])
  console.log(`=== a rolling upgrade: ${code === 0 ? 'ok' : `FAILED (${code})`}`)
  if (code !== 0) faults++
}
