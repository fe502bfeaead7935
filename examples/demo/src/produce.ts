import { setImmediate } from 'node:timers/promises'
import type { Producer } from '@sluice/producer'
import type { Deliveries } from './deliveries.js'
import { DemoError } from './demo-error.js'
import type { InputRecord } from './input/input.js'

/**
 * Sends every record and waits until each is acknowledged.
 * @throws DemoError for the first record that failed; the reason of `signal` when it aborts
 */
export async function produce(
  producer: Producer,
  topic: string,
  records: readonly InputRecord[],
  deliveries: Deliveries,
  signal: AbortSignal,
): Promise<void> {
  for (let index = 0; index < records.length && deliveries.failure === null; index++) {
    const { key, value } = records[index]!
    deliveries.begin(index)
    const hasRoom = producer.enqueue({ topic, key, value }, deliveries.settle, index)
    if (!hasRoom) await producer.drained()
    else if (index % turnRecords === turnRecords - 1) await setImmediate()
    signal.throwIfAborted()
  }
  await producer.flush({ signal })
  if (deliveries.failure !== null) throw failureOf(deliveries.failure)
}

/** How many records are sent in one turn of the event loop. Between turns answers come in and the bar moves. */
const turnRecords = 1_000

function failureOf({ index, error }: NonNullable<Deliveries['failure']>): DemoError {
  return new DemoError(`line ${index + 1}: ${error.message}`, { cause: error })
}
