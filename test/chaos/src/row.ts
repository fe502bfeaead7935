import type { KafkaCluster } from '@sluice/test-kafka'
import type { Fault } from './fault.js'
import { heal } from './heal.js'
import { judge } from './judge.js'
import { setStage, type Stage } from './stage.js'

/** What came of one fault. */
export interface Row {
  readonly name: string
  readonly seconds: number
  readonly sent: number
  readonly acknowledged: number
  readonly lost: number
  readonly duplicated: number
  readonly reordered: number
  readonly rejected: number
  readonly recoverySeconds: number
  readonly connects: number
  /** Acknowledged, by a leader that could not tell the offset any more. */
  readonly withoutOffset: number
  /** What was not as it must be. */
  readonly faults: readonly string[]
}

export interface RowOptions {
  readonly seed: number
  readonly recordsPerSecond: number
  readonly random: () => number
}

const partitions = 6
const usualRecoveryMs = 5_000

/** Plays one fault under load on a topic of its own, and judges what is in the log. */
export async function playRow(
  kafka: KafkaCluster,
  fault: Fault,
  { seed, recordsPerSecond, random }: RowOptions,
): Promise<Row> {
  const startedAt = performance.now()
  await using stage = await setStage(kafka, {
    topic: `${fault.name}-${seed}`,
    partitions,
    recordsPerSecond,
    random,
    ...(fault.producer === undefined ? {} : { producer: fault.producer }),
  })
  stage.load.start()
  await stage.pulse.everyPartition(partitions)
  stage.connects.begin()
  const problems: string[] = []
  const recoveryMs = await fault.strike(stage).catch((error: unknown) => {
    problems.push(String(error))
    return Infinity
  })
  await heal(stage)
  await stage.load.stop()
  return judged(fault, stage, { recoveryMs, problems, startedAt })
}

interface Struck {
  readonly recoveryMs: number
  readonly problems: readonly string[]
  readonly startedAt: number
}

async function judged(
  fault: Fault,
  stage: Stage,
  { recoveryMs, problems, startedAt }: Struck,
): Promise<Row> {
  const { kafka, topic, ledger, connects } = stage
  const findings = await judge(kafka, topic, ledger, fault.judge)
  const { sent, acknowledged, rejected, withoutOffset } = ledger
  const faults = Object.entries(findings)
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${count} ${what}`)
  if (recoveryMs > (fault.mostRecoveryMs ?? usualRecoveryMs))
    faults.push(`recovery took ${Math.round(recoveryMs)} ms`)
  if (connects.hasty > 0) faults.push(`${connects.hasty} connects sooner than the back-off`)
  return {
    ...findings,
    name: fault.name,
    seconds: (performance.now() - startedAt) / 1_000,
    sent,
    acknowledged,
    rejected,
    withoutOffset,
    recoverySeconds: recoveryMs / 1_000,
    connects: connects.count,
    faults: [...problems, ...faults, ...wrongRejections(stage)],
  }
}

/** Of those that the fault was not meant to cause, one for each kind. */
function wrongRejections({ ledger, refusable }: Stage): string[] {
  const kinds = new Map<string, { count: number; message: string }>()
  for (const { id, code, persisted, message } of ledger.rejections) {
    if (refusable.has(id) && persisted === 'no') continue
    const kind = `${code}, persisted ${persisted}`
    const known = kinds.get(kind) ?? { count: 0, message }
    kinds.set(kind, { ...known, count: known.count + 1 })
  }
  return [...kinds].map(([kind, { count, message }]) => `${count} rejected: ${kind}: ${message}`)
}
