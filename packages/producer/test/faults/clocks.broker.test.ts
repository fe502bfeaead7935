import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { afterEach, expect, test, vi } from 'vitest'
import { argumentsToRun } from '../../../../test/program.js'
import { expectClean, faultyCluster, values } from './faulty-cluster.js'
import { type ProducerClock, producerClock } from './producer-clock.js'

afterEach(() => void vi.restoreAllMocks())

/** The loop is blocked for so long by the producer's clock, and for a moment by ours: when it goes on, timers run before sockets are read. */
function block(clock: ProducerClock, ms: number): void {
  setTimeout(() => clock.jump(ms), 1)
  const until = performance.now() + 5
  while (performance.now() < until);
}

const phases: [string, (run: () => void) => void][] = [
  ['a timer', (run) => void setTimeout(run, 1)],
  ['an immediate', (run) => void setImmediate(run)],
  ['an I/O callback', (run) => void import('node:fs').then((fs) => fs.stat('.', run))],
  ['a microtask', (run) => queueMicrotask(run)],
]

test.each(phases)(
  'F35: a loop that is blocked in %s for longer than the request time-out times nothing out, and sends nothing twice',
  async (_, inPhase) => {
    const clock = producerClock()
    await using faulty = await faultyCluster({ create: clock.create, requestTimeoutMs: 200 })
    await faulty.send(0, 'before')
    const blocked = new Promise<void>((resolve) =>
      inPhase(() => {
        const sent = faulty.send(0, ...values(10))
        // The request is out, or about to leave, when the loop stops.
        queueMicrotask(() => queueMicrotask(() => block(clock, 300)))
        void sent.then(() => resolve())
      }),
    )
    // Time stands still again: a request that was given up would wait for its next connection in vain.
    await blocked
    expectClean(faulty)
    expect(faulty.proxy.accepted).toBe(1)
    expect(faulty.cluster.brokers[0]!.requestCount('Produce')).toBe(2)
  },
)

test('F36: a process that is stopped for longer than every time-out of a request loses and repeats nothing', async () => {
  await using cluster = await createEmbeddedCluster({ topics: { t: { partitions: 1 } } })
  const fixture = fileURLToPath(new URL('../fixtures/steady-load.ts', import.meta.url))
  const args = [...(await argumentsToRun(fixture)), cluster.bootstrapServers[0]!]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  expect((await lines.next()).value).toBe('sending')
  for (let stop = 0; stop < 3; stop++) {
    child.kill('SIGSTOP')
    await sleep(400)
    child.kill('SIGCONT')
    await sleep(50)
  }
  child.kill('SIGTERM')
  const { acknowledged, failed } = JSON.parse((await lines.next()).value as string) as Outcome
  await exited
  expect(failed).toEqual([])
  expect(acknowledged.length).toBeGreaterThan(0)
  const log = cluster.records('t').map(({ offset, value }) => [Number(offset), String(value)])
  expect(acknowledged).toEqual(log)
})

interface Outcome {
  readonly acknowledged: [offset: number, value: string][]
  readonly failed: string[]
}

test.each([
  ['an hour ahead', 3_600_000],
  ['an hour back', -3_600_000],
  ['back to 1970', -Date.now()],
])('F37: a wall clock that jumps %s changes nothing but timestamps', async (_, jumpMs) => {
  const real = Date.now
  let jumped = 0
  vi.spyOn(Date, 'now').mockImplementation(() => real() + jumped)
  await using faulty = await faultyCluster({ lingerMs: 50 })
  await faulty.send(0, 'before')
  const waiting = faulty.send(0, 'waits')
  jumped = jumpMs
  await waiting
  await faulty.send(0, ...values(20))
  jumped = 0
  await faulty.send(0, 'after')
  expectClean(faulty)
  expect(faulty.proxy.accepted).toBe(1)
  const timestamps = faulty.cluster.records('t').map(({ timestamp }) => timestamp)
  expect(Math.abs(timestamps[5]! - (real() + jumpMs))).toBeLessThan(60_000)
  expect(Math.abs(timestamps.at(-1)! - real())).toBeLessThan(60_000)
})
