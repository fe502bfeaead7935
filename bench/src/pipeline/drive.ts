import { setTimeout as pause } from 'node:timers/promises'
import type { BenchRecord, Client } from './client.js'
import type { Latencies } from './latencies.js'

/** How records are sent: as fast as it goes, in tasks that await each record, or at a rate that does not wait. */
export type Drive =
  | { readonly load: 'flood' }
  | { readonly load: 'await'; readonly tasks: number }
  | { readonly load: 'open'; readonly perSecond: number }

type RecordOf = (i: number) => BenchRecord

/** Sends that many records, and waits for all acknowledgements. Nothing is noted of the load `flood`. */
export async function drive(
  client: Client,
  how: Drive,
  count: number,
  recordOf: RecordOf,
  latencies: Latencies,
): Promise<void> {
  if (how.load === 'flood') await client.pump(count, recordOf)
  else if (how.load === 'await') await awaiting(client, how.tasks, count, recordOf, latencies)
  else await open(client, how.perSecond, count, recordOf, latencies)
}

/** Tasks that each await one send after the other. */
async function awaiting(
  client: Client,
  tasks: number,
  count: number,
  recordOf: RecordOf,
  latencies: Latencies,
): Promise<void> {
  const task = async (first: number): Promise<void> => {
    for (let i = first; i < count; i += tasks) {
      const begun = performance.now()
      await client.send(recordOf(i))
      latencies.noteMs(performance.now() - begun)
    }
  }
  await Promise.all(Array.from({ length: tasks }, (_, n) => task(n)))
}

/**
 * Sends each record when it is due, whether or not earlier ones are acknowledged. Its latency counts from then: a client
 * that holds up the program is charged for the records that it made late.
 */
async function open(
  client: Client,
  perSecond: number,
  count: number,
  recordOf: RecordOf,
  latencies: Latencies,
): Promise<void> {
  const begun = performance.now()
  const sends: Promise<void>[] = []
  const send = async (i: number): Promise<void> => {
    await client.send(recordOf(i))
    latencies.noteMs(performance.now() - begun - (i / perSecond) * 1_000)
  }
  while (sends.length < count) {
    const elapsed = performance.now() - begun
    const due = Math.min(count, Math.floor((elapsed / 1_000) * perSecond) + 1)
    while (sends.length < due) sends.push(send(sends.length))
    await pause(1)
  }
  await Promise.all(sends)
}
