import { setTimeout as sleep } from 'node:timers/promises'
import { produceApi } from '@sluice/protocol'
import { allInSync, type KafkaBroker } from '@sluice/test-kafka'
import type { Fault } from '../fault.js'
import type { Stage } from '../stage.js'

const stormMs = 90_000

/** Everything at once, at random: one broker at a time goes away, and every connection suffers. */
export const storm: Fault = {
  name: 'storm',
  async strike(stage) {
    const until = performance.now() + stormMs
    await Promise.all([disturbConnections(stage, until), disturbBrokers(stage, until)])
    return stage.pulse.everyPartition(stage.partitions)
  },
}

async function disturbConnections({ proxies, random }: Stage, until: number): Promise<void> {
  for (const proxy of proxies) {
    proxy.onAnswer = ({ apiKey }) => {
      if (apiKey !== produceApi.key) return 'pass'
      const lot = random()
      return lot < 0.02 ? 'reset' : lot < 0.025 ? 'drop' : 'pass'
    }
  }
  while (performance.now() < until) {
    const proxy = proxies[Math.floor(random() * proxies.length)]!
    const lot = random()
    if (lot < 0.3) proxy.resetAfter(Math.ceil(random() * 40_000), 'requests')
    else if (lot < 0.6) proxy.resetAfter(Math.ceil(random() * 5_000), 'answers')
    else if (lot < 0.7) {
      proxy.silence()
      await sleep(random() * 4_000)
      proxy.speak()
    } else if (lot < 0.8) proxy.pace = { delayMs: Math.floor(random() * 200) }
    else proxy.pace = {}
    await sleep(random() * 500)
  }
  for (const proxy of proxies) {
    proxy.onAnswer = () => 'pass'
    proxy.pace = {}
    proxy.left.requests = proxy.left.answers = Infinity
  }
}

async function disturbBrokers({ kafka, topic, random }: Stage, until: number): Promise<void> {
  while (performance.now() < until) {
    const broker = kafka.brokers[Math.floor(random() * kafka.brokers.length)]!
    await goAway(broker, random())
    if (random() < 0.7) await allInSync(kafka, topic)
  }
  await allInSync(kafka, topic)
}

async function goAway(broker: KafkaBroker, lot: number): Promise<void> {
  if (lot < 0.4) {
    await broker.pause()
    await sleep(1_000 + lot * 20_000)
    broker.resume()
    return
  }
  await (lot < 0.7 ? broker.kill() : broker.stop())
  await broker.start()
}
