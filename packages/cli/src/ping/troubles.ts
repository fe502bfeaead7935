import type { BrokerReport } from './broker-report.js'
import type { PingReport } from './ping-report.js'
import { troublesOfTopic } from './topic-troubles.js'

/** Without these nothing can be sent. */
const needed = ['ApiVersions', 'Metadata', 'Produce', 'InitProducerId']

/** What would keep a producer from sending, in one line each that says what to do. */
export function troublesOf(report: PingReport): string[] {
  return [...report.brokers.flatMap(troublesOfBroker), ...report.topics.flatMap(troublesOfTopic)]
}

function troublesOfBroker({ id, error, apis }: BrokerReport): string[] {
  if (error !== null) return [error]
  return apis
    .filter(({ name, spoken }) => needed.includes(name) && spoken === null)
    .map(({ name, broker, client }) => {
      const has = broker === null ? 'does not have it' : `has ${broker.join(' to ')}`
      return `broker ${id}: ${name} ${client.join(' to ')} is needed, and it ${has}; use a Kafka from 2.1 up`
    })
}
