import type { Producer } from 'kafkajs'

/** A load of a service that is written for kafkajs. */
export interface Load {
  readonly title: string
  /** How many times the records a second of kafkajs, at least. */
  readonly wantedRate: number
  /** Which part of its CPU a record, at most; no bar where it is left out. */
  readonly wantedCpu?: number
  /** Records that are sent before the measure begins, and those that are measured. */
  readonly warmUp: number
  readonly records: number
  run(producer: Producer, topic: string, records: number): Promise<void>
}

export type LoadName = 'single' | 'batch'

const tasks = 1_000
const value = 'x'.repeat(100)

export const loads: Readonly<Record<LoadName, Load>> = {
  single: {
    title: '1 000 tasks that each await a send of one record',
    wantedRate: 10,
    wantedCpu: 0.2,
    warmUp: 20_000,
    records: 100_000,
    async run(producer, topic, records) {
      const each = Math.ceil(records / tasks)
      const task = async (first: number): Promise<void> => {
        for (let i = 0; i < each; i++)
          await producer.send({ topic, messages: [{ key: `key-${first + i}`, value }] })
      }
      await Promise.all(Array.from({ length: tasks }, (_, at) => task(at * each)))
    },
  },
  batch: {
    title: 'sendBatch of 1 000 records, one after the other',
    wantedRate: 4,
    warmUp: 50_000,
    records: 500_000,
    async run(producer, topic, records) {
      for (let sent = 0; sent < records; sent += 1_000) {
        const messages = Array.from({ length: 1_000 }, (_, i) => ({
          key: `key-${sent + i}`,
          value,
        }))
        await producer.sendBatch({ topicMessages: [{ topic, messages }] })
      }
    },
  },
}
