import { KafkaError, type Producer, type ProducerRecord } from '@sluice/producer'
import type { Tally } from './tally.js'

/** Where the records go. */
export interface RecordSink {
  /** Takes a record. @returns null where the next one may come at once, else what to wait for */
  send(record: ProducerRecord): Promise<void> | null
  /** Waits until the end of every record is known. */
  end(): Promise<void>
  /** Counts what the end of the producer has ended. It is called once, after that. */
  settle(): Promise<void>
}

/** Sends each record as it comes. */
export function directSink(producer: Producer, tally: Tally): RecordSink {
  return {
    send(record) {
      const number = ++tally.given
      try {
        return producer.enqueue(record, tally.settle, number) ? null : producer.drained()
      } catch (error) {
        // What is wrong with a record itself, such as the name of its topic, is thrown at once.
        if (!(error instanceof KafkaError)) throw error
        tally.fail(error, number)
        return null
      }
    },
    end: () => producer.flush(),
    // The producer has called back for each record.
    settle: async () => {},
  }
}
