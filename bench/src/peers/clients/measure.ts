import type { Client } from '../../pipeline/client.js'
import { drive } from '../../pipeline/drive.js'
import { Latencies } from '../../pipeline/latencies.js'
import type { Outcome, Task } from '../task.js'
import { recordsOf } from './records.js'
import { memory, Usage } from './usage.js'

const everyMs = 100

/**
 * The program of a client in JavaScript: does the task that its last argument holds as JSON, and prints the outcome.
 *
 * @param open - connects, or is told by its first record to do so
 */
export async function measure(
  client: string,
  open: (task: Task) => Client | Promise<Client>,
): Promise<void> {
  const task = JSON.parse(process.argv.at(-1)!) as Task
  const baseRssKiB = memory().rssKiB
  const opened = await open(task)
  const recordOf = recordsOf(task)
  await drive(opened, task, task.warmUp, recordOf, new Latencies())
  const unblock = block(task.blockMs)
  const latencies = new Latencies()
  const usage = new Usage()
  await drive(opened, task, task.count, recordOf, latencies)
  const used = usage.read()
  unblock()
  await opened.close()
  const outcome: Outcome = {
    client,
    sent: task.warmUp + task.count,
    ...used,
    baseRssKiB,
    peakRssKiB: memory().peakRssKiB,
    latency: latencies.read(),
  }
  console.log(JSON.stringify(outcome))
}

/** Computes for so long in each 100 ms, as a service with much to do. */
function block(ms: number): () => void {
  if (ms === 0) return () => {}
  const timer = setInterval(() => {
    const until = performance.now() + ms
    while (performance.now() < until);
  }, everyMs)
  return () => clearInterval(timer)
}
