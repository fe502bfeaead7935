import { createProducer, type Producer } from '@sluice/producer'
import { abortsFigure, type KnownEnd } from '../end-known.js'
import { History } from '../judge/history.js'
import { Killing } from '../killing.js'
import { planned } from '../planned-transaction.js'
import { play } from '../play.js'
import type { Played, Scenario, Stage } from '../scenario.js'

/** Shorter than it takes to elect another coordinator, so that ends are not known at first. */
const maxBlockMs = 2_500

/** The coordinator and leaders are killed under a loop of transactions of one producer. */
export const killBrokers: Scenario = {
  name: 'kill-brokers',
  async play(stage: Stage): Promise<Played> {
    const { kafka, kills, topic } = stage
    await using producer = createProducer({
      bootstrapServers: kafka.bootstrapServers,
      transactionalId: stage.nameOf('id'),
      maxBlockMs,
    })
    await producer.connect()
    const killing = new Killing(stage, { kills, topics: ['__transaction_state', topic] })
    const played = await playWhile(stage, producer, killing)
    await killing.ended()
    return { ...played, figures: [`killed ${killing.killed.join(' ')}`, ...played.figures] }
  },
}

/** Goes on to play transactions until all brokers are back, and for a few more: the producer must have lived through it. */
async function playWhile(stage: Stage, producer: Producer, killing: Killing): Promise<Played> {
  const history = new History()
  const figures = { repeats: 0, failures: [] as unknown[], longestMs: 0 }
  const faults: string[] = []
  const { random, transactions: more = 20 } = stage
  for (let number = 0, left = more; left > 0; number++) {
    if (killing.isOver) left--
    const startedAt = performance.now()
    try {
      const plan = planned(number, random, { ...stage, least: 1 })
      count(figures, await play(producer, plan, history, random))
    } catch (error) {
      faults.push(`transaction ${number}: ${String(error)}`)
      break
    }
    figures.longestMs = Math.max(figures.longestMs, performance.now() - startedAt)
  }
  const { repeats, failures, longestMs } = figures
  return {
    history,
    faults,
    figures: [
      `${repeats} calls made again`,
      abortsFigure(failures),
      `longest ${longestMs.toFixed(0)} ms`,
    ],
  }
}

function count(
  figures: { repeats: number; failures: unknown[] },
  { repeats, failure }: KnownEnd,
): void {
  figures.repeats += repeats
  if (failure !== undefined) figures.failures.push(failure)
}
