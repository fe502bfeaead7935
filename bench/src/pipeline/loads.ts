import { setTimeout as pause } from 'node:timers/promises'
import type { Client } from './client.js'

const value = Buffer.alloc(100, 'x')
const keys = Array.from({ length: 10_000 }, (_, i) => `key-${String(i).padStart(12, '0')}`)
const keyOf = (i: number): string => keys[i % keys.length]!

export interface Figures {
  readonly recordsPerSecond: number
  /** User and system time of this process for each record. */
  readonly cpuMicros: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** Sends records as fast as the client takes them. */
export function flood(client: Client, count: number): Promise<Figures> {
  return measure(count, [], () => client.pump(count, keyOf, value))
}

/** Tasks that each await one send after the other. */
export function awaiting(client: Client, tasks: number, count: number): Promise<Figures> {
  const latencies: number[] = []
  const task = async (n: number): Promise<void> => {
    for (let i = n; i < count; i += tasks) await timed(client, i, latencies)
  }
  return measure(count, latencies, () =>
    Promise.all(Array.from({ length: tasks }, (_, n) => task(n))),
  )
}

/** Sends that many records each second, whether or not earlier ones are acknowledged. */
export function open(client: Client, perSecond: number, seconds: number): Promise<Figures> {
  const count = perSecond * seconds
  const latencies: number[] = []
  return measure(count, latencies, async () => {
    const begun = performance.now()
    const sends: Promise<void>[] = []
    while (sends.length < count) {
      const due = Math.min(count, Math.floor(((performance.now() - begun) / 1_000) * perSecond))
      while (sends.length < due) sends.push(timed(client, sends.length, latencies))
      await pause(1)
    }
    await Promise.all(sends)
  })
}

async function timed(client: Client, i: number, latencies: number[]): Promise<void> {
  const begun = performance.now()
  await client.send(keyOf(i), value)
  latencies.push(performance.now() - begun)
}

async function measure(
  count: number,
  latencies: number[],
  work: () => Promise<unknown>,
): Promise<Figures> {
  const cpu = process.cpuUsage()
  const begun = performance.now()
  await work()
  const ms = performance.now() - begun
  const { user, system } = process.cpuUsage(cpu)
  latencies.sort((a, b) => a - b)
  const at = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? NaN
  return {
    recordsPerSecond: count / (ms / 1_000),
    cpuMicros: (user + system) / count,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  }
}
