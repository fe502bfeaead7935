import { setTimeout as sleep } from 'node:timers/promises'
import type { Producer, Transaction } from '@sluice/producer'
import { abortKnown, beginKnown, commitKnown } from '../end-known.js'
import type { EndTxnFault, EndTxnFaults } from '../end-txn-faults.js'
import type { History } from '../judge/history.js'
import { planned, type PlannedTransaction } from '../planned-transaction.js'
import type { Stage } from '../scenario.js'
import { sendMixed } from '../sends.js'
import type { Seen } from '../view/seen.js'

export interface EndTxnCase {
  readonly end: 'commit' | 'abort'
  /** How the transaction after it ends. */
  readonly next: 'commit' | 'abort'
  readonly fault: EndTxnFault
  /** Whether the request that was lost arrives in the middle of the next transaction. */
  readonly isLate: boolean
}

export interface EndTxnRun {
  readonly producer: Producer
  readonly stage: Stage
  readonly history: History
  readonly seen: Seen
  readonly endTxns: EndTxnFaults
  /** The number of the first of the three transactions. */
  readonly first: number
  readonly faults: string[]
}

/** So long a reader is given to see what it must not see. */
const lookMs = 300

/**
 * A transaction to whose EndTxn the fault happens, the next one, and one more, which shows that the producer goes on.
 *
 * @returns what the broker said to a request that came late
 */
export async function playCase(each: EndTxnCase, run: EndTxnRun): Promise<string[]> {
  const figures: string[] = []
  const wrong = (what: string): void => {
    run.faults.push(`${JSON.stringify(each)}, transactions from ${run.first} on: ${what}`)
  }
  try {
    await playThree(each, run, { figures, wrong })
  } catch (error) {
    wrong(String(error))
  } finally {
    run.endTxns.end()
  }
  return figures
}

interface Notes {
  readonly figures: string[]
  readonly wrong: (what: string) => void
}

async function playThree(
  each: EndTxnCase,
  run: EndTxnRun,
  { figures, wrong }: Notes,
): Promise<void> {
  const { end, next, isLate } = each
  const { endTxns, first } = run
  await playOne(run, { number: first, end, wrong }, async () => strike(each, run, wrong))
  const left = endTxns.end()
  if (left > 0) wrong(`${left} faults have not come about`)
  const inTheMiddle = async (): Promise<void> => {
    if (isLate) figures.push(`late ${end}: answered ${await endTxns.arriveLate()}`)
    await sleep(lookMs)
  }
  await playOne(run, { number: first + 1, end: next, wrong, inTheMiddle }, async () => {})
  await playOne(run, { number: first + 2, end: 'commit', wrong }, async () => {})
}

/** The fault happens. As long as no request has reached the broker, nothing may be visible. */
async function strike(
  { fault }: EndTxnCase,
  { endTxns, seen, first }: EndTxnRun,
  wrong: (what: string) => void,
): Promise<void> {
  await endTxns.strike(fault)
  if (fault.requests === undefined) return
  await sleep(lookMs)
  const visible = await seen.recordsOf(first)
  if (visible > 0) wrong(`${visible} records are visible before EndTxn has reached the broker`)
  endTxns.letPass()
}

interface Part {
  readonly number: number
  readonly end: 'commit' | 'abort'
  readonly wrong: (what: string) => void
  readonly inTheMiddle?: () => Promise<void>
}

async function playOne(
  { producer, stage, history, seen }: EndTxnRun,
  { number, end, wrong, inTheMiddle }: Part,
  struck: () => Promise<void>,
): Promise<void> {
  const { records } = planned(number, stage.random, { ...stage, least: 6 })
  const half = records.length / 2
  const transaction = await beginKnown(producer)
  history.begin(number, records.length)
  await sendMixed(transaction, records.slice(0, half), stage.random)
  if (inTheMiddle !== undefined) {
    await transaction.flush()
    await inTheMiddle()
    const visible = await seen.recordsOf(number)
    if (visible > 0)
      wrong(`${visible} records of the next transaction are visible in the middle of it`)
  }
  await sendMixed(transaction, records.slice(half), stage.random)
  await transaction.flush()
  if (end === 'commit') history.tell(number, 'committing')
  const ending = ended(transaction, end)
  // A transaction that ends without EndTxn would be waited for in vain.
  await Promise.race([struck(), ending])
  const told = await ending
  if (told !== (end === 'commit' ? 'committed' : 'aborted')) wrong(`it is ${told}`)
  history.tell(number, told)
}

async function ended(
  transaction: Transaction,
  end: PlannedTransaction['ending'],
): Promise<'committed' | 'aborted'> {
  const known = await (end === 'commit' ? commitKnown : abortKnown)(transaction)
  return known.end
}
