// node measured-load.ts CLIENT LOAD BOOTSTRAP_SERVERS TOPIC: prints what the load costs with kafkajs or its drop-in, as JSON.
import * as dropIn from '@sluice/kafkajs'
import kafkajs from 'kafkajs'
import { type LoadName, loads } from './loads.js'

/** What one load has cost, over user and system time. */
export interface Cost {
  readonly cpuMicrosPerRecord: number
  readonly recordsPerSecond: number
}

const [client, name, bootstrapServers, topic] = process.argv.slice(2) as [
  'kafkajs' | 'drop-in',
  LoadName,
  string,
  string,
]
const Kafka = client === 'kafkajs' ? kafkajs.Kafka : dropIn.Kafka
const { DefaultPartitioner: createPartitioner } = dropIn.Partitioners
const kafka = new Kafka({ brokers: bootstrapServers.split(','), logLevel: 0 })
const producer = kafka.producer({ createPartitioner })
const load = loads[name]

await producer.connect()
await load.run(producer, topic, load.warmUp)
const cpu = process.cpuUsage()
const begun = performance.now()
await load.run(producer, topic, load.records)
const seconds = (performance.now() - begun) / 1_000
const { user, system } = process.cpuUsage(cpu)
const cost: Cost = {
  cpuMicrosPerRecord: (user + system) / load.records,
  recordsPerSecond: load.records / seconds,
}
console.log(JSON.stringify(cost))
await producer.disconnect()
