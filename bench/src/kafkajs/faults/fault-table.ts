import { setTimeout as pause } from 'node:timers/promises'
import { createFaultProxies } from '@sluice/test-fault-proxy'
import { type KafkaCluster, readWithJava, startKafka } from '@sluice/test-kafka'
import type { Producer } from 'kafkajs'
import { printBar } from '../../print-bar.js'
import { type ClientName, clients, producerOf } from './clients.js'
import { type Damage, damageOf } from './damage.js'
import { faults, type FaultStage, rotated } from './faults.js'
import { type Sent, sendUntil } from './send-until.js'

const partitions = 6

/**
 * Sends through kafkajs and through its drop-in while acknowledgements are lost, leaders move and a broker is killed, and prints what Kafka's
 * own consumer finds: the table of the page of differences.
 */
export async function kafkajsFaults(): Promise<void> {
  await using kafka = await startKafka({ brokers: 3 })
  console.log(`Three brokers of Kafka ${kafka.version}\n`)
  console.log('| fault | client | records | lost | doubled | reordered | refused |')
  console.log('| ----- | ------ | ------- | ---- | ------- | --------- | ------- |')
  const ours: Damage[] = []
  for (const fault of Object.keys(faults))
    for (const client of Object.keys(clients) as ClientName[]) {
      const { sent, damage } = await suffer(kafka, fault, client)
      if (client === 'the drop-in') ours.push(damage)
      printRow(fault, client, sent, damage)
    }
  console.log('')
  const isSound = ours.every(({ lost, doubled, reordered }) => lost + doubled + reordered === 0)
  printBar(isSound, 'the drop-in', 'nothing lost, doubled or reordered')
}

async function suffer(
  kafka: KafkaCluster,
  fault: string,
  client: ClientName,
): Promise<{ sent: Sent; damage: Damage }> {
  const names = Object.keys(clients)
  const topic = `faults-${Object.keys(faults).indexOf(fault)}-${names.indexOf(client)}`
  const ids = kafka.brokers.map(({ id }) => id)
  const replicas = Array.from({ length: partitions }, (_, partition) => rotated(ids, partition))
  await kafka.createTopic(topic, partitions, { replicas, configs: { 'min.insync.replicas': '2' } })
  const addresses = kafka.brokers.map(({ host, port }) => `${host}:${port}`)
  await using before = await createFaultProxies(addresses)
  const { proxies } = before
  const stage: FaultStage = { kafka, topic, partitions, proxies }
  const byAddress = new Map(addresses.map((address, at) => [address, proxies[at]!]))
  const sent = await sendDuring(faults[fault]!, stage, producerOf(client, byAddress))
  const found = await readWithJava(kafka.bootstrapServers, topic)
  const logs = Array.from({ length: partitions }, (_, at) =>
    found.filter(({ partition }) => partition === at).map(({ value }) => Number(value)),
  )
  return { sent, damage: damageOf(sent.acknowledged, logs) }
}

async function sendDuring(
  fault: (stage: FaultStage) => Promise<void>,
  stage: FaultStage,
  producer: Producer,
): Promise<Sent> {
  await producer.connect()
  let isOver = false
  const sending = sendUntil(() => isOver, producer, stage)
  try {
    await pause(500)
    await fault(stage)
    await pause(500)
  } finally {
    isOver = true
  }
  const sent = await sending
  await producer.disconnect()
  return sent
}

function printRow(fault: string, client: string, sent: Sent, damage: Damage): void {
  const records = sent.acknowledged.length + sent.refused
  const { lost, doubled, reordered } = damage
  const cells = [fault, client, records, lost, doubled, reordered, sent.refused]
  console.log(`| ${cells.join(' | ')} |`)
}
