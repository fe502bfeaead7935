import { setTimeout as sleep } from 'node:timers/promises'
import { History } from '../judge/history.js'
import type { Played, Scenario, Stage } from '../scenario.js'
import { WriterProcess } from '../writer/writer-process.js'

const usualRounds = 3
const perWriter = 1_000
const before = 3
const after = 40

/** Where the process is when it is stopped: in mid-transaction, between two, or while a commit is under way. */
type Where = 'half' | 'idle' | 'commit'

/** A process is stopped, another with the same id takes over, and the first is woken: it must hear that it is fenced. */
export const zombie: Scenario = {
  name: 'zombie',
  async play(stage: Stage): Promise<Played> {
    const { transactions: rounds = usualRounds } = stage
    const history = new History()
    const [figures, faults]: [string[], string[]] = [[], []]
    let first = 0
    for (let round = 0; round < rounds; round++) {
      for (const where of ['half', 'idle', 'commit'] as const) {
        figures.push(await playRound(stage, { where, history, first, faults }))
        first += 2 * perWriter
      }
    }
    return { history, figures: [...new Set(figures)], faults }
  },
}

interface Round {
  readonly where: Where
  readonly history: History
  readonly first: number
  readonly faults: string[]
}

async function playRound(stage: Stage, round: Round): Promise<string> {
  const { where, history, first, faults } = round
  const { kafka, topic, partitions, random } = stage
  const { bootstrapServers } = kafka
  const transactionalId = stage.nameOf('id')
  const common = { bootstrapServers, transactionalId, topic, partitions, mostPauseMs: 10 }
  const seed = (): number => Math.floor(random() * 2 ** 31)
  const holds = where === 'commit' ? {} : { holds: where, holdsAt: first + before }
  const zombieOptions = { ...common, ...holds, seed: seed(), first, count: perWriter }
  await using sleeper = new WriterProcess(zombieOptions, history)
  await sleeper.until('connected')
  sleeper.goOn()
  await sleeper.until(where === 'commit' ? `commit` : `${where} ${first + before}`)
  if (where === 'commit') await sleep(random() * 50)
  sleeper.signal('SIGSTOP')
  await using successor = new WriterProcess(
    { ...common, seed: seed(), first: first + perWriter, count: after },
    history,
  )
  await successor.until('connected')
  successor.goOn()
  await successor.until('committed')
  sleeper.goOn()
  sleeper.signal('SIGCONT')
  await Promise.all([sleeper.until('done'), successor.until('done')])
  await Promise.all([sleeper.ended(), successor.ended()])
  const last = sleeper.said.find((line) => line.startsWith('failed')) ?? 'heard nothing'
  const [, , code, fatal] = last.split(' ')
  if (code !== 'PRODUCER_FENCED' || fatal !== 'true') faults.push(`zombie (${where}): ${last}`)
  const disturbed = successor.said.filter((line) => /^(failed|doomed)/.test(line))
  faults.push(...disturbed.map((line) => `successor (${where}): ${line}`))
  return `${where}: ${code ?? last}`
}
