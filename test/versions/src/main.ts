// npm run test:versions [-- --only 3.9.2,upgrade --checks snappy]: every Kafka that the README names, one after the other.
import { readFileSync, writeFileSync } from 'node:fs'
import { readArguments } from '../../arguments.js'
import { withTable } from '../../marked-table.js'
import { titles, tryVersion } from './checks.js'
import { runToEnd } from './run-to-end.js'
import { type Outcome, readSeen, writeSeen } from './seen.js'
import { isFault, versionsTable } from './table.js'
import { versions } from './versions.js'

const upgrade = 'upgrade'
const known = [...versions, upgrade]
const readme = new URL('../../../README.md', import.meta.url)

const asked = readArguments({ only: '', checks: '' })
const chosen = chosenOf('only', asked.only, known)
const ways = chosenOf('checks', asked.checks, titles)

let faults = 0
for (const version of versions) if (chosen.includes(version)) await seeVersion(version)
if (chosen.includes(upgrade)) await tryUpgrade()
const left = known.filter((each) => !chosen.includes(each))
console.log(`\n${versionsTable(readSeen())}\n`)
if (left.length > 0) console.log(`not in this run: ${left.join(', ')}`)
console.log(faults === 0 ? 'all ok' : `${faults} FAILED`)
process.exitCode = faults === 0 ? 0 : 1

/** Names with commas between. */
function chosenOf(flag: string, text: string, all: readonly string[]): readonly string[] {
  if (text === '') return all
  const names = text.split(',')
  const unknown = names.filter((name) => !all.includes(name))
  if (unknown.length > 0)
    throw new Error(`--${flag} ${unknown.join()}: there are ${all.join('; ')}`)
  return names
}

/** What was seen is written down at once, so that a run that is cut off was not in vain. */
async function seeVersion(version: string): Promise<void> {
  console.log(`\n=== Kafka ${version}: ${ways.join('; ')}`)
  const seen: Record<string, Outcome> = {}
  const see = (outcomes: Record<string, Outcome>): void => {
    Object.assign(seen, outcomes)
    for (const each of Object.entries(outcomes))
      console.log(`=== Kafka ${version}: ${each.join(': ')}`)
    note(version, outcomes)
  }
  try {
    for await (const outcomes of tryVersion(version, ways)) see(outcomes)
  } catch (error) {
    const unseen = ways.filter((title) => seen[title] === undefined)
    see(Object.fromEntries(unseen.map((title) => [title, `FAILED: ${String(error)}`])))
  }
  faults += Object.values(seen).filter(isFault).length
}

/** Reads what is there anew: another run may have noted another version meanwhile. */
function note(version: string, outcomes: Readonly<Record<string, Outcome>>): void {
  const seen = readSeen()
  const day = new Date().toISOString().slice(0, 10)
  const all = { ...seen, [version]: { day, outcomes: { ...seen[version]?.outcomes, ...outcomes } } }
  const inOrder = versions.filter((each) => all[each]).map((each) => [each, all[each]!])
  writeSeen(Object.fromEntries(inOrder))
  const text = withTable(readFileSync(readme, 'utf8'), 'versions', versionsTable(readSeen()))
  writeFileSync(readme, text)
}

async function tryUpgrade(): Promise<void> {
  console.log('\n=== a rolling upgrade')
  const code = await runToEnd('npm', ['run', 'test:upgrade'])
  console.log(`=== a rolling upgrade: ${code === 0 ? 'ok' : `FAILED (${code})`}`)
  if (code !== 0) faults++
}
