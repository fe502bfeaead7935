import { setTimeout as pause } from 'node:timers/promises'
import type { Producer } from 'kafkajs'

/** What has become of the calls of a run. */
export interface Sent {
  /** The numbers of the records whose call succeeded. */
  readonly acknowledged: readonly number[]
  /** The records whose call failed: the program was told, and may send them again. */
  readonly refused: number
}

/** Above that the program waits: kafkajs would go on without a bound. */
const maxOpenCalls = 100

/**
 * Makes a call every few ms, each with one numbered record for each partition, and awaits none of them, until `isOver`. Then all of them
 * have their end.
 */
export async function sendUntil(
  isOver: () => boolean,
  producer: Producer,
  { topic, partitions }: { readonly topic: string; readonly partitions: number },
): Promise<Sent> {
  const acknowledged: number[] = []
  const open = new Set<Promise<void>>()
  let refused = 0
  for (let number = 0; !isOver(); number += partitions) {
    const numbers = Array.from({ length: partitions }, (_, partition) => number + partition)
    const messages = numbers.map((value, partition) => ({ value: String(value), partition }))
    const call = producer.send({ topic, messages }).then(
      () => void acknowledged.push(...numbers),
      () => void (refused += partitions),
    )
    open.add(call)
    void call.then(() => open.delete(call))
    await pause(5)
    while (open.size >= maxOpenCalls) await Promise.race(open)
  }
  await Promise.all(open)
  return { acknowledged, refused }
}
