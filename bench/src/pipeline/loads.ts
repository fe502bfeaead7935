import { topic } from './brokers.js'
import type { BenchRecord, Client } from './client.js'
import { type Drive, drive } from './drive.js'
import { Latencies } from './latencies.js'

const value = Buffer.alloc(100, 'x')
const keys = Array.from({ length: 10_000 }, (_, i) => `key-${String(i).padStart(12, '0')}`)
const recordOf = (i: number): BenchRecord => ({ topic, key: keys[i % keys.length]!, value })

export interface Figures {
  readonly recordsPerSecond: number
  /** User and system time of this process for each record. */
  readonly cpuMicros: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** Sends records as fast as the client takes them. */
export function flood(client: Client, count: number): Promise<Figures> {
  return measure(client, { load: 'flood' }, count)
}

/** Tasks that each await one send after the other. */
export function awaiting(client: Client, tasks: number, count: number): Promise<Figures> {
  return measure(client, { load: 'await', tasks }, count)
}

/** Sends that many records each second, whether or not earlier ones are acknowledged. Latency counts from when they are due. */
export function open(client: Client, perSecond: number, seconds: number): Promise<Figures> {
  return measure(client, { load: 'open', perSecond }, perSecond * seconds)
}

async function measure(client: Client, how: Drive, count: number): Promise<Figures> {
  const latencies = new Latencies()
  const cpu = process.cpuUsage()
  const begun = performance.now()
  await drive(client, how, count, recordOf, latencies)
  const ms = performance.now() - begun
  const { user, system } = process.cpuUsage(cpu)
  const { p50Ms, p99Ms } = latencies.read() ?? { p50Ms: NaN, p99Ms: NaN }
  const recordsPerSecond = count / (ms / 1_000)
  return { recordsPerSecond, cpuMicros: (user + system) / count, p50Ms, p99Ms }
}
