import type { KafkaCluster } from '@sluice/test-kafka'
import type { Stage } from './stage.js'

/** Takes back what a fault that failed half-way has left: brokers that are away, and proxies that do damage. */
export async function heal({ kafka, proxies }: Pick<Stage, 'kafka' | 'proxies'>): Promise<void> {
  for (const proxy of proxies) {
    proxy.onRequest = () => 'pass'
    proxy.onAnswer = () => 'pass'
    proxy.speak()
  }
  await restoreBrokers(kafka)
}

async function restoreBrokers({ brokers }: KafkaCluster): Promise<void> {
  for (const broker of brokers) if (broker.state === 'paused') broker.resume()
  const down = brokers.filter(({ state }) => state === 'down')
  await Promise.all(down.map((broker) => broker.start()))
}
