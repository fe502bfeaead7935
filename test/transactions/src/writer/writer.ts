// A process that loops transactions until it is killed, and says on its output what it does: see `writer-process.ts`.
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { createProducer, type Transaction } from '@sluice/producer'
import { KafkaError } from '@sluice/protocol'
import { seededRandom } from '@sluice/protocol/testing'
import { abortKnown, beginKnown, commitKnown } from '../end-known.js'
import { planned, type PlannedTransaction } from '../planned-transaction.js'
import { sendMixed } from '../sends.js'
import type { WriterOptions } from './writer-process.js'

const options = JSON.parse(process.argv[2]!) as WriterOptions
const random = seededRandom(options.seed)
const orders = createInterface({ input: process.stdin })[Symbol.asyncIterator]()

await using producer = createProducer({
  bootstrapServers: options.bootstrapServers,
  transactionalId: options.transactionalId,
  ...(options.transactionTimeoutMs === undefined
    ? {}
    : { transactionTimeoutMs: options.transactionTimeoutMs }),
})
await producer.connect()
say('connected')
await orders.next()
for (let number = options.first; number < options.first + options.count; number++) {
  if (!(await playAloud(planned(number, random, { ...options, least: 1 })))) break
}
say('done')
void orders.return?.()
process.stdin.destroy()

/** Writing to a pipe is synchronous on Linux: what was said before a SIGKILL is heard. */
function say(...words: readonly (string | number)[]): void {
  process.stdout.write(`${words.join(' ')}\n`)
}

/** @returns whether the producer can go on */
async function playAloud(plan: PlannedTransaction): Promise<boolean> {
  const { number, records } = plan
  let transaction: Transaction | undefined
  try {
    if (options.holds === 'idle' && number === options.holdsAt) await hold('idle', number)
    transaction = await beginKnown(producer)
    say('begin', number, records.length)
    await sendAloud(transaction, plan)
    await endAloud(transaction, plan)
    return true
  } catch (error) {
    return failAloud(number, transaction, error)
  }
}

async function sendAloud(transaction: Transaction, plan: PlannedTransaction): Promise<void> {
  const { number, records } = plan
  const half = Math.ceil(records.length / 2)
  await sendMixed(transaction, records.slice(0, half), random)
  if (options.group !== undefined) await sendOffset(transaction, options.group, number)
  if (options.holds === 'half' && number === options.holdsAt) {
    await transaction.flush()
    await hold('half', number)
  }
  // So that most of the time passes in mid-transaction.
  await sleep(random() * options.mostPauseMs)
  await sendMixed(transaction, records.slice(half), random)
}

async function sendOffset(transaction: Transaction, groupId: string, number: number) {
  const { topic } = options
  await transaction.sendOffsets({
    groupId,
    offsets: [{ topic, partition: 0, offset: BigInt(number) }],
  })
}

async function endAloud(
  transaction: Transaction,
  { number, ending }: PlannedTransaction,
): Promise<void> {
  if (ending === 'commit') say('commit', number)
  const { end } = await (ending === 'commit' ? commitKnown : abortKnown)(transaction)
  say(end, number)
}

async function failAloud(
  number: number,
  transaction: Transaction | undefined,
  error: unknown,
): Promise<boolean> {
  const { code = 'NONE', fatal = false } = error instanceof KafkaError ? error : {}
  if (fatal || transaction === undefined || !(error instanceof KafkaError)) {
    say('failed', number, code, String(fatal), String(error).replaceAll('\n', ' '))
    return false
  }
  say('doomed', number, code)
  try {
    say((await abortKnown(transaction)).end, number)
    return true
  } catch (cause) {
    return failAloud(number, undefined, cause)
  }
}

/** Waits until the parent says so. */
async function hold(where: string, number: number): Promise<void> {
  say(where, number)
  await orders.next()
}
