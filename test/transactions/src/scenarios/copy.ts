import { setTimeout as sleep } from 'node:timers/promises'
import { createProducer } from '@sluice/producer'
import { Copier } from '../copy/copier.js'
import { History } from '../judge/history.js'
import { valueOf } from '../judge/record-name.js'
import { Killing } from '../killing.js'
import type { Played, Scenario, Stage } from '../scenario.js'

const usual = 20_000
const kills = 6
/** The records come over about a minute, so that all of it goes on while brokers are killed. */
const turns = 1_200
const turnMs = 50

/** A consumer of another client reads, our producer writes and commits what was read, while brokers are killed. */
export const copy: Scenario = {
  name: 'copy',
  async play(stage: Stage): Promise<Played> {
    const { kafka, topic, partitions, transactions: least = usual } = stage
    const source = stage.nameOf('source')
    await kafka.createTopic(source, partitions)
    const history = new History()
    await using copier = new Copier(stage, source)
    await copier.start()
    const killing = whenCopying(copier, stage, [topic, source])
    const filled = await fill(stage, history, { source, least, until: killing })
    const { killed } = await killing
    await copier.copied(history.size)
    return {
      history,
      faults: [...filled, ...copier.faults, ...(await copier.stop())],
      figures: [`killed ${killed.join(' ')}`, ...copier.figures],
    }
  },
}

/** Kills brokers once the first records are copied: by then the coordinators' topics are there. @returns when all are back */
async function whenCopying(
  copier: Copier,
  stage: Stage,
  topics: readonly string[],
): Promise<Killing> {
  await copier.copied(1)
  const coordinators = ['__transaction_state', '__consumer_offsets']
  const killing = new Killing(stage, { kills, topics: [...coordinators, ...topics] })
  await killing.ended()
  return killing
}

interface Filling {
  readonly source: string
  readonly least: number
  /** Records come until this has settled, and there are so many. */
  readonly until: Promise<unknown>
}

/**
 * Each record counts as a transaction of its own that was committed: it must be in the copy once, in order.
 *
 * @returns faults: records that could not be written
 */
async function fill(
  { kafka, partitions }: Stage,
  history: History,
  { source: topic, least, until }: Filling,
): Promise<string[]> {
  const faults: string[] = []
  await using producer = createProducer({ bootstrapServers: kafka.bootstrapServers })
  const filling = { isOver: false }
  const over = (): void => void (filling.isOver = true)
  until.then(over, over)
  while (!filling.isOver || history.size < least) {
    // Behind so many it goes on for the kills' sake only.
    const perTurn = history.size < least ? Math.ceil(least / turns) : 1
    for (let left = perTurn; left > 0; left--) {
      const number = history.size
      history.begin(number, 1)
      history.tell(number, 'committed')
      const value = valueOf({ transaction: number, index: 0, size: 1 }, 60)
      producer.enqueue({ topic, partition: number % partitions, value }, (error) => {
        if (error !== null) faults.push(`record ${number} of the source: ${error.message}`)
      })
    }
    await sleep(turnMs)
  }
  await producer.flush()
  return faults
}
