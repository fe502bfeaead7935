import { createProducer, type Producer } from '@sluice/producer'
import { createFaultProxies, type FaultProxies } from '@sluice/test-fault-proxy'
import { type EndTxnFault, EndTxnFaults } from '../end-txn-faults.js'
import { History } from '../judge/history.js'
import type { Played, Scenario, Stage } from '../scenario.js'
import { Seen } from '../view/seen.js'
import { type EndTxnCase, playCase } from './end-txn-case.js'

const ends = ['commit', 'abort'] as const

const losses: readonly EndTxnFault[] = (['drop', 'reset'] as const).flatMap((how) => [
  { requests: 1, how },
  { answers: 1, how },
  { answers: 3, how },
])

/** What is done to the EndTxn of a transaction, and how it and the next one are to end. */
const cases: readonly EndTxnCase[] = ends.flatMap((end) => [
  ...losses.map((fault) => ({ end, next: 'commit' as const, fault, isLate: false })),
  ...ends.flatMap((next) =>
    (['drop', 'reset'] as const).map((how) => ({
      end,
      next,
      fault: { requests: 1, how },
      isLate: true,
    })),
  ),
])

/** Of a request that is dropped nothing comes back: the producer waits that long. */
const requestTimeoutMs = 1_500

/** EndTxn is lost, its answer is lost, or it arrives when the next transaction has sent half of what it sends. */
export const endTxn: Scenario = {
  name: 'endtxn',
  async play(stage: Stage): Promise<Played> {
    const { transactions: rounds = 1, kafka, view } = stage
    const [history, seen] = [new History(), new Seen(view)]
    const [figures, faults]: [string[], string[]] = [[], []]
    const addresses = kafka.brokers.map(({ host, port }) => `${host}:${port}`)
    await using through = await createFaultProxies(addresses)
    const endTxns = new EndTxnFaults(through.proxies)
    for (let first = 0, round = 0; round < rounds; round++) {
      for (const each of cases) {
        await using producer = producerOf(stage, addresses, through)
        await producer.connect()
        const run = { producer, stage, history, seen, endTxns, first, faults }
        figures.push(...(await playCase(each, run)))
        first += 3
      }
    }
    endTxns.stop()
    return { history, figures: [`${cases.length * rounds} cases`, ...new Set(figures)], faults }
  },
}

function producerOf(stage: Stage, bootstrapServers: string[], through: FaultProxies): Producer {
  const { transport } = through
  const transactionalId = stage.nameOf('id')
  return createProducer({ bootstrapServers, transactionalId, transport, requestTimeoutMs })
}
