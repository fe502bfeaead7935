import type { Producer } from '@sluice/producer'
import type { Ledger } from '../program/ledger.js'
import type { Program } from '../program/program.js'
import type { Fault } from '../scenario/fault.js'
import type { Scenario } from '../scenario/scenario.js'
import type { EventLoop } from '../time/event-loop.js'
import type { SimulatedNetwork } from '../wire/simulated-network.js'

/** Whether every record settled in its time. The event loop may have stood still meanwhile. */
export function judgeTimes({ entries }: Ledger, { producer, actions }: Scenario): string[] {
  const blockedMs = actions.reduce(
    (sum, action) => sum + (action.do === 'block' ? action.ms : 0),
    0,
  )
  const limitMs = producer.maxBlockMs + producer.deliveryTimeoutMs + blockedMs + slackMs
  return entries
    .filter(({ settledAt, sentAt }) => settledAt - sentAt > limitMs)
    .map(({ id, settledAt, sentAt }) => `record ${id} settled after ${settledAt - sentAt} ms`)
}

/** Whether the producer goes on soon after all is well again, and does not wait until the time of its records is over. */
export function judgeRecovery(
  { entries }: Ledger,
  { producer }: Scenario,
  healedAt: number,
): string[] {
  const { connectionSetupTimeoutMs, deliveryTimeoutMs, requestTimeoutMs, retryBackoffMs } = producer
  const { retryBackoffMaxMs = 1_000 } = producer
  const longestBackoffMs = 1.2 * Math.max(retryBackoffMs, retryBackoffMaxMs)
  const limitMs = 2 * requestTimeoutMs + connectionSetupTimeoutMs + 5 * longestBackoffMs + slowMs
  if (deliveryTimeoutMs <= limitMs) return []
  return entries
    .filter(({ settledAt }) => settledAt > healedAt + limitMs)
    .map(({ id, settledAt, error }) => {
      const how = error === null ? 'acknowledged' : error.code
      return `record ${id} ${how} only ${settledAt - healedAt} ms after all was well`
    })
}

/** A throttled broker, a slow way, a blocked event loop. */
const slowMs = 3_000

/** Timers fire late by the turn in which they fire. */
const slackMs = 50

/**
 * Whether a record was refused for its sequence that is surely absent: it had only to be sent again under another one. A log
 * that begins anew may take a later batch first; then an earlier one cannot be sent any more.
 */
export function judgeSequences(
  { entries }: Ledger,
  { faults, produceVersion, transactionVersion }: Scenario,
): string[] {
  const beginsAnew = faults.some(({ kind }) => forgetful.has(kind))
  // By name the topic may have been another one meanwhile, which nobody can know.
  if (beginsAnew || produceVersion < 13 || transactionVersion !== undefined) return []
  return entries
    .filter(({ error }) => error?.persisted === 'no')
    .filter(({ error }) => error?.code === 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    .map(({ id }) => `record ${id} could have been sent again under another sequence`)
}

const forgetful: ReadonlySet<Fault['kind']> = new Set<Fault['kind']>([
  'recreate',
  'forgetProducers',
  'loseTail',
])

/** Whether the producer has given back all its memory. */
export function judgeMemory(producer: Producer): string[] {
  const { bufferAvailableBytes, bufferTotalBytes, recordsPending, waitingBytes, waitingRecords } =
    producer.metrics()
  const found: string[] = []
  if (bufferAvailableBytes !== bufferTotalBytes)
    found.push(`${bufferTotalBytes - bufferAvailableBytes} bytes were not given back`)
  if (waitingBytes !== 0 || waitingRecords !== 0)
    found.push(`${waitingRecords} records wait and hold ${waitingBytes} bytes`)
  if (recordsPending !== 0) found.push(`${recordsPending} records are pending`)
  return found
}

/** Whether nothing is left of the producers after their end. */
export function judgeRemains(
  program: Program,
  loop: EventLoop,
  network: SimulatedNetwork,
): string[] {
  const found: string[] = []
  if (loop.pending > 0) found.push(`${loop.pending} timers or immediates are left`)
  if (network.open > 0) found.push(`${network.open} connections are left`)
  const listeners = program.signals.reduce((sum, signal) => sum + signal.listeners(), 0)
  if (listeners !== 0) found.push(`${listeners} listeners of signals are left`)
  for (const name of program.waiting) found.push(`${name} never settled`)
  return found
}
