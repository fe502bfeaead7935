import { readFileSync } from 'node:fs'
import type { BenchRecord } from '../../pipeline/client.js'
import type { Task } from '../task.js'

const keys = Array.from({ length: 10_000 }, (_, i) => `key-${String(i).padStart(12, '0')}`)

/** The i-th record of the task: keys and values come in turns. */
export function recordsOf(task: Task): (i: number) => BenchRecord {
  const { topic, partitions, recordsPerPartition } = task
  const values = valuesOf(task)
  if (recordsPerPartition === 0)
    return (i) => ({ topic, key: keys[i % keys.length]!, value: values[i % values.length]! })
  return (i) => ({
    topic,
    key: keys[i % keys.length]!,
    value: values[i % values.length]!,
    partition: Math.floor(i / recordsPerPartition) % partitions,
  })
}

function valuesOf({ valuesFile, valueBytes }: Task): Buffer[] {
  const all = readFileSync(valuesFile)
  return Array.from({ length: all.length / valueBytes }, (_, i) =>
    all.subarray(i * valueBytes, (i + 1) * valueBytes),
  )
}
