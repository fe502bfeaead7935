import { allInSync, type KafkaCluster, scanWithJava } from '@sluice/test-kafka'
import type { Ledger } from './ledger.js'
import { idOf, keyOf } from './load.js'
import { type Findings, LogCheck, type LogCheckOptions } from './log-check.js'

export type JudgeOptions = Pick<LogCheckOptions, 'keysMove' | 'recreated'>

const mostReadings = 5

/** Reads the topic with Kafka's own consumer, once all replicas agree, and compares it with the ledger. */
export async function judge(
  kafka: KafkaCluster,
  topic: string,
  ledger: Ledger,
  options: JudgeOptions = {},
): Promise<Findings> {
  await allInSync(kafka, topic)
  for (let reading = 1; ; reading++) {
    const check = new LogCheck(ledger, { keyOf, ...options })
    const ends: number[] = []
    for await (const { partition, offset, value } of scanWithJava(kafka.bootstrapServers, topic)) {
      check.take(partition, Number(offset), idOf(value))
      ends[partition] = Number(offset) + 1
    }
    // A leader that is new learns a moment later how far the log is safe, and shows no more until then.
    const isWhole = check.ends.every((end, partition) => (ends[partition] ?? 0) >= end)
    if (isWhole || reading === mostReadings) return check.conclude()
  }
}
