import { KafkaError, type Producer, type ProducerRecord } from '@sluice/producer'
import type { Phase } from './phase.js'

/** Where the records of a load go. */
export interface LoadSink {
  /**
   * Takes a record.
   *
   * @param dueAt - when it was due, in ms
   * @returns null where the next one may come at once, else what to wait for
   */
  send(record: ProducerRecord, dueAt: number): Promise<void> | null
  /** Waits until the end of every record is known. */
  end(): Promise<void>
  /** Counts what the end of the producer has ended. It is called once, after that. */
  settle(): Promise<void>
}

/** Sends each record by itself. */
export function directLoad(producer: Producer, phase: Phase): LoadSink {
  return {
    send(record, dueAt) {
      phase.given++
      try {
        return producer.enqueue(record, phase.settle, dueAt) ? null : producer.drained()
      } catch (error) {
        // What is wrong with a record itself, such as the name of its topic, is thrown at once.
        if (!(error instanceof KafkaError)) throw error
        phase.fail(error, phase.given)
        return null
      }
    },
    end: () => producer.flush(),
    // The producer has called back for each record.
    settle: async () => {},
  }
}
