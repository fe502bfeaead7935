import { randomUUID } from 'node:crypto'
import type { Command, PeerClient } from './client-list/client.js'
import type { Cluster } from './clusters/cluster.js'
import { figuresOf, judged, type Run, type VoidRun } from './figures.js'
import { isMeant } from './names.js'
import { runClient } from './run-client.js'
import type { Task } from './task.js'
import { countsOf, type Workload } from './workloads.js'

/** A client that is ready to run. */
export interface ReadyClient extends Pick<PeerClient, 'id' | 'pace' | 'workloads'> {
  readonly commandOf: (task: Task) => Command
}

/** All runs of one client and one workload. */
export interface Runs {
  readonly workload: Workload
  readonly client: string
  readonly runs: readonly (Run | VoidRun)[]
}

export interface RoundsDeps {
  /** The brokers for a workload, which run already. */
  readonly clusterOf: (workload: Workload) => Cluster
  /** The file with values of that length. */
  readonly valuesOf: (valueBytes: number) => string
  readonly say: (line: string) => void
}

/**
 * Runs every client with every workload, so often. The clients take turns within a workload, so that a noisy moment of the
 * machine hits all of them, and each round begins with another one: whoever comes after a pause finds the caches cold.
 * Before that, one run on each cluster warms its brokers.
 *
 * @param share - 1 for all records; less to see whether it runs
 */
export async function runRounds(
  clients: readonly ReadyClient[],
  workloads: readonly Workload[],
  rounds: number,
  share: number,
  deps: RoundsDeps,
): Promise<Runs[]> {
  const all = workloads.flatMap((workload) =>
    clients
      .filter((client) => takesPart(workload, client.workloads))
      .map((client) => ({ workload, client, runs: [] as (Run | VoidRun)[] })),
  )
  await warmBrokers(all, share, deps)
  for (let round = 0; round < rounds; round++) {
    for (const workload of workloads) {
      const turns = rotated(
        all.filter((each) => each.workload === workload),
        round,
      )
      for (const { client, runs } of turns) {
        const run = await runOnce(client, workload, share, deps)
        runs.push(run)
        deps.say(`round ${round + 1} of ${rounds}  ${progressOf(workload, client, run)}`)
      }
    }
  }
  return all.map(({ workload, client, runs }) => ({ workload, client: client.id, runs }))
}

/** The first run finds brokers whose code is not compiled yet, so one run on each cluster does not count. */
async function warmBrokers(
  all: readonly { readonly workload: Workload; readonly client: ReadyClient }[],
  share: number,
  deps: RoundsDeps,
): Promise<void> {
  const warm = new Set<Cluster>()
  for (const { workload, client } of all) {
    const cluster = deps.clusterOf(workload)
    if (!warm.has(cluster)) await runOnce(client, workload, share, deps)
    warm.add(cluster)
  }
}

/** @param names - those of a client; none where it takes part in all workloads */
export function takesPart({ id }: Workload, names: readonly string[] = []): boolean {
  return names.length === 0 || isMeant(id, names)
}

/** The list begun at another place. */
export function rotated<T>(list: readonly T[], by: number): T[] {
  const first = list.length === 0 ? 0 : by % list.length
  return [...list.slice(first), ...list.slice(0, first)]
}

async function runOnce(
  client: ReadyClient,
  workload: Workload,
  share: number,
  { clusterOf, valuesOf }: RoundsDeps,
): Promise<Run | VoidRun> {
  const cluster = clusterOf(workload)
  const { warmUp, count } = countsOf(workload, client.pace, share)
  const topic = `bench-${randomUUID()}`
  const task: Task = {
    ...workload.how,
    bootstrapServers: cluster.bootstrapServers,
    topic,
    warmUp,
    count,
    valuesFile: valuesOf(workload.how.valueBytes),
  }
  await cluster.createTopic(topic, workload.how.partitions)
  try {
    const outcome = await runClient(client.commandOf(task))
    return judged(outcome, task, await cluster.takenBy(topic))
  } catch (error) {
    return { reason: (error as Error).message }
  } finally {
    await cluster.deleteTopic(topic)
  }
}

function progressOf({ id }: Workload, client: ReadyClient, run: Run | VoidRun): string {
  const name = `${id.padEnd(11)} ${client.id.padEnd(22)}`
  if ('reason' in run) return `${name} void: ${run.reason}`
  const { recordsPerSecond, cpuMicros, p50Ms, p99Ms } = figuresOf([run])!
  const rate = Math.round(recordsPerSecond).toLocaleString('en').padStart(10)
  const latency = p50Ms === null ? '' : `  p50 ${p50Ms.toFixed(2)} p99 ${p99Ms!.toFixed(2)} ms`
  return `${name} ${rate} records/s  ${cpuMicros.toFixed(2).padStart(7)} µs CPU${latency}`
}
