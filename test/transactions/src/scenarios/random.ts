import { createProducer } from '@sluice/producer'
import { History } from '../judge/history.js'
import { planned } from '../planned-transaction.js'
import { play } from '../play.js'
import type { Played, Scenario, Stage } from '../scenario.js'

const usual = 10_000

/** Transactions of random size one after the other, a fifth aborted, while nothing is disturbed. */
export const random: Scenario = {
  name: 'random',
  async play(stage: Stage): Promise<Played> {
    const { kafka, random: chance, transactions = usual } = stage
    const history = new History()
    const faults: string[] = []
    await using producer = createProducer({
      bootstrapServers: kafka.bootstrapServers,
      transactionalId: stage.nameOf('id'),
    })
    await producer.connect()
    const startedAt = performance.now()
    for (let number = 0; number < transactions; number++) {
      const plan = planned(number, chance, stage)
      const { end, repeats, failure } = await play(producer, plan, history, chance)
      const isAsPlanned = end === (plan.ending === 'commit' ? 'committed' : 'aborted')
      if (!isAsPlanned || repeats > 0 || failure !== undefined)
        faults.push(
          `transaction ${number} was to ${plan.ending}, and is ${end}: ${String(failure)}`,
        )
    }
    const each = (performance.now() - startedAt) / transactions
    return { history, figures: [`${each.toFixed(1)} ms a transaction`], faults: faults.slice(0, 5) }
  },
}
