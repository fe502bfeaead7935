import { createEmbeddedCluster, type EmbeddedCluster } from '@sluice/embedded-broker'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { createProducer, type Producer, type ProducerOptions } from '../src/index.js'
import { threadMode } from './sender-thread-mode.js'

/** What the tests of one file share. */
export interface ProducersOfFile {
  readonly cluster: EmbeddedCluster
  /** A producer, closed after the test, and the name of a topic that no other test uses. */
  open(options?: Partial<ProducerOptions>): { producer: Producer; topic: string }
  /** The values of the records in the topic, as text. */
  valuesOf(topic: string): string[]
}

/** Starts one embedded cluster for the tests of a file, and closes it and each producer with them. */
export function producersOfFile(name: string, defaultPartitions: number): ProducersOfFile {
  let cluster: EmbeddedCluster
  const opened: Producer[] = []
  let topics = 0
  beforeAll(async () => {
    cluster = await createEmbeddedCluster({ defaultPartitions })
  })
  afterAll(() => cluster.close())
  // The files of a run share a process, so a producer that is left open would send and connect in the tests of other files.
  afterEach(() => Promise.all(opened.splice(0).map((producer) => producer.close())))
  return {
    get cluster() {
      return cluster
    },
    open(options = {}) {
      const { bootstrapServers } = cluster
      const producer = createProducer({ ...threadMode, bootstrapServers, ...options })
      opened.push(producer)
      return { producer, topic: `${name}-${topics++}` }
    },
    valuesOf: (topic) => cluster.records(topic).map(({ value }) => String(value)),
  }
}
