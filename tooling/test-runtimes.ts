// npm run test:runtimes [-- --only Bun]: the load of the demo, and what else a producer does, on each runtime. Needs a build.
import { chosenNames, readArguments } from '../test/arguments.js'
import { Authority } from '../test/certificates.js'
import { compiledInto, createConsumer } from './runtimes/consumer.js'
import { bun, deno, node, type Runtime } from './runtimes/runtime.js'
import { absent, keepSeen, readSeen, runtimesTable, type SeenRuntime } from './runtimes/seen.js'
import { tryRuntime } from './runtimes/try-runtime.js'

const runtimes: readonly Runtime[] = [node(20), node(22), node(24), node(26), bun(), deno()]

const names = runtimes.map(({ name }) => name)
const chosen = chosenNames('only', readArguments({ only: '' }).only, names)

const authority = await Authority.create()
const { cert, key } = await authority.issue({ name: 'broker' })
const env = { SLUICE_CA: authority.cert, SLUICE_CERT: cert, SLUICE_KEY: key }
const folder = await createConsumer()
const programs = {
  demo: await compiledInto(folder, 'demo', 'examples/demo/src/main.ts'),
  smoke: await compiledInto(folder, 'smoke', 'tooling/runtimes/smoke/main.ts'),
}
let faults = 0
const tried: Record<string, SeenRuntime> = {}
for (const runtime of runtimes.filter(({ name }) => chosen.includes(name))) {
  const outcome = await tryRuntime(runtime, programs, env)
  faults += Object.values(outcome.outcomes).filter(
    (each) => each !== 'ok' && each !== absent,
  ).length
  tried[runtime.name] = outcome
}
keepSeen(names, tried)
const left = names.filter((name) => !chosen.includes(name))
console.log(`\n${runtimesTable(readSeen())}\n`)
if (left.length > 0) console.log(`not in this run: ${left.join(', ')}`)
console.log(faults === 0 ? 'all ok' : `${faults} not ok`)
process.exitCode = faults === 0 ? 0 : 1
