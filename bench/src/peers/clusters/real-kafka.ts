import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  countRecords,
  deleteTopic,
  freePort,
  isExternal,
  type KafkaCluster,
  startJava,
  startKafka,
} from '@sluice/test-kafka'
import type { Cluster } from './cluster.js'

const countRequests = fileURLToPath(new URL('./CountRequests.java', import.meta.url))
const tmpfs = '/dev/shm'

/** One broker, its log in memory where the system has a place for that: the disk is none of a client's doing. */
export async function startRealCluster(): Promise<Cluster> {
  const port = await freePort()
  const inMemory = existsSync(tmpfs)
  const kafka = await startKafka({
    jvmFlags: ['-Xmx2g', ...fullSpeed, ...openedForJmx(port)],
    configs: { 'log.segment.bytes': '1073741824', 'log.segment.delete.delay.ms': '500' },
    ...(inMemory && { parentFolder: tmpfs }),
  })
  const counter = isExternal(kafka) ? null : await startCounter(port)
  let requestsBefore = 0
  return {
    bootstrapServers: kafka.bootstrapServers,
    description: `1 broker of Kafka ${kafka.version}, its log ${inMemory ? 'on tmpfs' : 'on disk'}`,
    async createTopic(name, partitions) {
      await kafka.createTopic(name, partitions)
      requestsBefore = (await counter?.count()) ?? 0
    },
    async takenBy(topic) {
      const records = await countRecords(kafka.bootstrapServers, topic)
      const requests = counter === null ? null : (await counter.count()) - requestsBefore
      return { records, requests, batches: null }
    },
    deleteTopic: (name) => deleteTopic(kafka.brokers, name),
    [Symbol.asyncDispose]: () => end(kafka, counter),
  }
}

/** Tests want brokers that start fast; here the second compiler comes back. */
const fullSpeed = ['-XX:TieredStopAtLevel=4', '-XX:-UseSerialGC', '-XX:+UseG1GC']

/** Kafka counts Produce requests and tells over JMX. A client could count for itself, but at its own cost. */
function openedForJmx(port: number): string[] {
  const jmx = '-Dcom.sun.management.jmxremote'
  return [
    `${jmx}.host=127.0.0.1`,
    `${jmx}.port=${port}`,
    `${jmx}.rmi.port=${port}`,
    `${jmx}.authenticate=false`,
    `${jmx}.ssl=false`,
    '-Djava.rmi.server.hostname=127.0.0.1',
  ]
}

interface Counter {
  /** Produce requests since the broker started. */
  count(): Promise<number>
  stop(): Promise<void>
}

async function startCounter(port: number): Promise<Counter> {
  const java = await startJava(countRequests)
  await java.ask(`connect ${port}`)
  return { count: async () => Number(await java.ask('count')), stop: () => java.stop() }
}

async function end(kafka: KafkaCluster, counter: Counter | null): Promise<void> {
  await counter?.stop()
  await kafka.stop()
}
