import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { recordsOf } from '../../src/peers/clients/records.js'
import { gistOf, outcomeIn } from '../../src/peers/run-client.js'
import type { Task } from '../../src/peers/task.js'
import { writeValues } from '../../src/peers/values.js'
import { workloads } from '../../src/peers/workloads.js'
import { anOutcome } from './outcomes.js'

function valuesFile(bytes: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-values-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeValues(join(folder, 'values'), bytes)
  return join(folder, 'values')
}

function aTask(changes: Partial<Task>): Task {
  const { how } = workloads[0]!
  const rest = { bootstrapServers: '', topic: 't', warmUp: 0, count: 1 }
  return { ...how, ...rest, valuesFile: valuesFile(how.valueBytes), ...changes }
}

test('the values have the length that is asked for, differ, and are the same in every run', () => {
  const [one, two] = [valuesFile(100), valuesFile(100)].map((file) => readFileSync(file))
  expect(one!.length).toBe(100_000)
  expect(one!.equals(two!)).toBe(true)
  const values = Array.from({ length: 1_000 }, (_, i) =>
    one!.toString('utf8', i * 100, i * 100 + 100),
  )
  expect(new Set(values).size).toBe(1_000)
})

test('keys have sixteen bytes, and the client chooses the partition', () => {
  const recordOf = recordsOf(aTask({}))
  expect(recordOf(12_345)).toEqual({
    topic: 't',
    key: 'key-000000002345',
    value: expect.anything(),
  })
  expect(recordOf(12_345).value).toHaveLength(100)
})

test('where a batch shall have so many records, that many in a row go to one partition', () => {
  const recordOf = recordsOf(aTask({ partitions: 3, recordsPerPartition: 2 }))
  const partitions = Array.from({ length: 8 }, (_, i) => recordOf(i).partition)
  expect(partitions).toEqual([0, 0, 1, 1, 2, 2, 0, 0])
})

test('the outcome is the last line that a program prints', () => {
  expect(outcomeIn(`hello\n${JSON.stringify(anOutcome())}\n`)).toEqual(anOutcome())
})

test('of what a program complains about, the line that names the error is told', () => {
  const stack = 'file:///a.js:1\nthrow\n\nTypeError: no broker\n    at b\n\nNode.js v24.0.0\n'
  expect(gistOf(stack)).toBe('TypeError: no broker')
  expect(gistOf('Exception in thread "main" java.lang.IllegalStateException: closed\n\tat a')).toBe(
    'Exception in thread "main" java.lang.IllegalStateException: closed',
  )
  expect(gistOf('panic\ngoroutine 1\n')).toBe('panic goroutine 1')
})
