import { createEmbeddedCluster, type EmbeddedCluster } from '@sluice/embedded-broker'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { createProducer, type Producer, type ProducerOptions } from '../src/index.js'
import { threadMode } from './sender-thread-mode.js'

/** What the tests of one file share. */
export interface ProducersOfFile {
  readonly cluster: EmbeddedCluster
  /** A producer that is closed after the test, and the name of a topic that no other test uses. */
  open(options?: Partial<ProducerOptions>): { producer: Producer; topic: string }
  /** The values of the records in the topic, as text. */
  valuesOf(topic: string): string[]
}

/** Starts one embedded cluster for the tests of a file, and closes it and each producer with them. */
export function producersOfFile(name: string, defaultPartitions: number): ProducersOfFile {
  let cluster: EmbeddedCluster
  let opened: Producer
  let topics = 0
  beforeAll(async () => {
    cluster = await createEmbeddedCluster({ defaultPartitions })
  })
  afterAll(() => cluster.close())
  afterEach(() => opened.close())
  return {
    get cluster() {
      return cluster
    },
    open(options = {}) {
      opened = createProducer({
        ...threadMode,
        bootstrapServers: cluster.bootstrapServers,
        ...options,
      })
      return { producer: opened, topic: `${name}-${topics++}` }
    },
    valuesOf: (topic) => cluster.records(topic).map(({ value }) => String(value)),
  }
}
