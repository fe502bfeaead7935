import { setTimeout as pause } from 'node:timers/promises'
import type { Producer } from '@sluice/producer'

/** Sends so many records a second, spread over the partitions, until it is stopped. Records that find no room wait, as in a real service. */
export async function load(
  producer: Producer,
  topic: string,
  { perSecond, partitions, signal }: { perSecond: number; partitions: number; signal: AbortSignal },
): Promise<void> {
  const value = Buffer.alloc(100, 'secret-value')
  const start = performance.now()
  for (let sent = 0; !signal.aborted;) {
    const due = Math.floor(((performance.now() - start) / 1_000) * perSecond)
    let hasRoom = true
    for (; sent < due && hasRoom; sent++)
      hasRoom = producer.enqueue(
        { topic, partition: sent % partitions, key: 'secret-key', value },
        ignore,
      )
    if (!hasRoom) await Promise.race([producer.drained(), pause(50)])
    else await pause(2)
  }
}

function ignore(): void {}
