import { isSince } from '@sluice/test-kafka'
import { runToEnd } from './run-to-end.js'
import type { Outcome } from './seen.js'

/** Enough to see every way in which a transaction is sent and ends. */
const count = '100'
/** The coordinator, and a leader of the topic. */
const kills = '2'
const program = 'test/transactions/src/transactions.ts'

/** Plays transactions of one of Kafka's two versions of them: undisturbed ones, and under a coordinator and leaders that are killed. */
export async function transactions(version: string, kind: 1 | 2): Promise<Outcome> {
  const first = kind === 1 ? '2.5' : '4.0'
  if (!isSince(version, first)) return `from ${first}`
  const level = isSince(version, '4.0') ? ['--level', `${kind}`] : []
  const asked = ['--only', 'random,kill-brokers', '--transactions', count, '--kills', kills]
  const command = ['--import', 'tsx', '--conditions=@sluice/source', program]
  const flags = ['--kafka', version, ...level, ...asked]
  // The readers are of the newest Kafka, which can ask more; it still reads from every version.
  const env = { KAFKA_VERSION: undefined, SLUICE_KAFKA: undefined }
  const code = await runToEnd(process.execPath, [...command, ...flags], env)
  return code === 0 ? 'ok' : `FAILED (${code})`
}
