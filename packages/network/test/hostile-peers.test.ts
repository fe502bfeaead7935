import { seededRandom } from '@sluice/protocol/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ClientProcess, type Memory, type Visit } from './hostile/client-process.js'
import { hostileAnswers, mutated, type HostileAnswer } from './hostile/hostile-answers.js'
import { HostileBroker, stages, type Stage } from './hostile/hostile-broker.js'

// C1 to C3, C15 and F11: a client in a process of its own meets what is no broker, or one that lies.

const seconds = process.env['SLUICE_HOSTILE_SECONDS'] ?? process.env['SLUICE_FUZZ_SECONDS']
/** The bar is 50 ms; among other tests on a busy machine, time is no measure. */
const maxBlockMs = seconds === undefined ? 1_000 : 50
/** All of them in `npm run test:fuzz`; otherwise some. */
const step = seconds === undefined ? 4 : 1
const maxGrowthBytes = 48 * 1_048_576
const seed = Number(
  process.env['SLUICE_FUZZ_SEED'] ?? (seconds === undefined ? 20_261 : Date.now() % 1e6),
)
/** What the machine does to one visit, it does not do to each of four. */
const attempts = 4

let client: ClientProcess
let before: Memory
let worstMs = 0
let visits = 0

beforeAll(async () => {
  client = new ClientProcess()
  const { broker, port } = await listening('Produce')
  broker.say = (valid) => ({ bytes: valid, behind: 'the end' })
  for (let count = 0; count < 100; count++) await client.visit(port, 'Produce')
  await broker.close()
  before = await client.memory()
}, 30_000)

afterAll(() => client.end())

async function listening(stage: Stage): Promise<{ broker: HostileBroker; port: number }> {
  const broker = new HostileBroker(stage)
  return { broker, port: await broker.listen() }
}

/** What is wrong with how the client took it, or null. */
function harmOf({ outcome, blockedMs, escaped }: Visit, mayPass: boolean): string | null {
  if (escaped.length > 0) return `escaped: ${escaped.join()}`
  if (outcome === 'fine') return mayPass ? null : 'took it for an answer'
  if (!/^[A-Z_]+: /.test(outcome)) return outcome
  if (blockedMs > maxBlockMs) return `stood still for ${blockedMs.toFixed(0)} ms`
  return null
}

async function harmOfVisit(port: number, stage: Stage, mayPass: boolean): Promise<string | null> {
  let harm: string | null = null
  for (let attempt = 0; attempt < attempts; attempt++) {
    const visit = await client.visit(port, stage)
    visits++
    harm = harmOf(visit, mayPass)
    if (harm === null) worstMs = Math.max(worstMs, visit.blockedMs)
    if (harm === null || !harm.startsWith('stood')) return harm
  }
  return harm
}

test.each(Object.keys(stages) as Stage[])(
  'more than 200 hostile answers at the stage %s end in a typed error, and nothing else',
  async (stage) => {
    const { broker, port } = await listening(stage)
    const harms: string[] = []
    let answers: HostileAnswer[] = []
    broker.say = (valid) => {
      answers = hostileAnswers(valid, seededRandom(seed))
      return answers[0]!
    }
    await client.visit(port, stage)
    expect(answers.length).toBeGreaterThanOrEqual(200)
    for (let index = 0; index < answers.length; index += step) {
      const { title, mayPass = false } = answers[index]!
      broker.say = (valid) => hostileAnswers(valid, seededRandom(seed))[index]!
      const harm = await harmOfVisit(port, stage, mayPass)
      if (harm !== null) harms.push(`${title}: ${harm}`)
    }
    await broker.close()
    expect(harms).toEqual([])
  },
  60_000,
)

test('answers of a broker that were changed at random do no harm', async () => {
  const random = seededRandom(seed)
  const names = (Object.keys(stages) as Stage[]).slice(1)
  const brokers = await Promise.all(names.map((stage) => listening(stage)))
  const end = performance.now() + Number(seconds ?? 2) * 1_000
  const harms: string[] = []
  while (performance.now() < end && harms.length === 0) {
    const index = Math.floor(random() * names.length)
    const { broker, port } = brokers[index]!
    const one = Math.floor(random() * 2 ** 31)
    let bytes: Buffer = Buffer.alloc(0)
    broker.say = (valid) => {
      bytes = mutated(valid, seededRandom(one))
      return { bytes, behind: 'the end' }
    }
    const harm = await harmOfVisit(port, names[index]!, true)
    if (harm !== null) harms.push(`${names[index]} ${bytes.toString('hex')}, seed ${seed}: ${harm}`)
  }
  for (const { broker } of brokers) await broker.close()
  expect(harms).toEqual([])
}, 120_000)

test('all that costs no memory', async () => {
  const after = await client.memory()
  const growth = after.usedBytes - before.usedBytes
  const rssGrowth = after.rssBytes - before.rssBytes
  console.log(
    `hostile peers: ${visits} visits, at most ${worstMs.toFixed(1)} ms of standing still, ${mib(growth)} more in use, ${mib(rssGrowth)} more resident`,
  )
  expect(growth).toBeLessThanOrEqual(maxGrowthBytes)
  if (seconds !== undefined) expect(rssGrowth).toBeLessThanOrEqual(maxGrowthBytes)
})

function mib(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MiB`
}
