import { setTimeout as sleep } from 'node:timers/promises'
import { createProducer, type Producer } from '@sluice/producer'
import { createFaultProxies, type FaultProxies } from '@sluice/test-fault-proxy'
import { abortsFigure } from '../end-known.js'
import { History } from '../judge/history.js'
import { planned } from '../planned-transaction.js'
import { play } from '../play.js'
import type { Played, Scenario, Stage } from '../scenario.js'

const usualSeconds = 60
const afterwards = 20
/** The share of the messages that something happens to. */
const hit = 0.24
const delayMs = 150

/** Of a message that is dropped nothing comes back, and a call of the program may not end in its time. */
const times = { requestTimeoutMs: 1_500, deliveryTimeoutMs: 20_000, maxBlockMs: 4_000 }

/** T05: connections are cut, stalled and delayed at random under a loop of transactions; then all is well again. */
export const loss: Scenario = {
  name: 'loss',
  async play(stage: Stage): Promise<Played> {
    const { transactions: seconds = usualSeconds, kafka } = stage
    const addresses = kafka.brokers.map(({ host, port }) => `${host}:${port}`)
    await using through = await createFaultProxies(addresses)
    await using producer = createProducer({
      bootstrapServers: addresses,
      transactionalId: stage.nameOf('id'),
      transport: through.transport,
      ...times,
    })
    await producer.connect()
    const counts = disturb(through, stage.random)
    const run = new Run(stage, producer)
    const until = performance.now() + seconds * 1_000
    while (performance.now() < until) await run.next()
    calm(through)
    const [begun, doomed] = [run.number, run.failures.length]
    for (let more = 0; more < afterwards; more++) await run.next()
    const late = run.failures.length - doomed
    return {
      history: run.history,
      faults: late > 1 ? [`${late} transactions failed after the loss`] : [],
      figures: [
        `${begun} transactions under loss`,
        `${counts.hit} of ${counts.all} messages hit`,
        `${run.repeats} calls made again`,
        abortsFigure(run.failures),
      ],
    }
  },
}

/** A loop of transactions of one producer. */
class Run {
  readonly history = new History()
  readonly failures: unknown[] = []
  readonly #stage: Stage
  readonly #producer: Producer
  number = 0
  repeats = 0

  constructor(stage: Stage, producer: Producer) {
    this.#stage = stage
    this.#producer = producer
  }

  async next(): Promise<void> {
    const { random } = this.#stage
    const plan = planned(this.number++, random, this.#stage)
    const end = await play(this.#producer, plan, this.history, random)
    this.repeats += end.repeats
    if (end.failure !== undefined) this.failures.push(end.failure)
  }
}

function disturb({ proxies }: FaultProxies, random: () => number): { all: number; hit: number } {
  const counts = { all: 0, hit: 0 }
  const fate = async (): Promise<'pass' | 'drop' | 'reset'> => {
    counts.all++
    if (random() >= hit) return 'pass'
    counts.hit++
    const kind = random()
    // Most of it is lateness, as on a bad line: a message that never comes costs a second and a half.
    if (kind < 0.1) return 'drop'
    if (kind < 0.3) return 'reset'
    await sleep(delayMs)
    return 'pass'
  }
  for (const proxy of proxies) {
    proxy.onRequest = fate
    proxy.onAnswer = fate
  }
  return counts
}

function calm({ proxies }: FaultProxies): void {
  for (const proxy of proxies) {
    proxy.onRequest = () => 'pass'
    proxy.onAnswer = () => 'pass'
  }
}
