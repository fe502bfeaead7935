import { createAccumulator } from '@sluice/accumulator'
import { accumulatorConformance } from '@sluice/accumulator/testing'
import { expect, test } from 'vitest'
import { urgentFirst } from '../src/urgent-first.js'

accumulatorConformance(test, (setting) => urgentFirst(createAccumulator(setting), ['alarms']))

/** Appends two records to each of two topics, each in a batch of its own. @returns the topics of each request */
function topicsOfRequests(busy: (topic: string) => boolean): string[][] {
  const runtime = {
    now: () => 0,
    wallClock: () => 0,
    setTimeout: () => null,
    clearTimeout: () => {},
    setImmediate: () => null,
    logger: console,
  }
  const accumulator = createAccumulator({ batchRecords: 1, runtime })
  const { front, queue } = urgentFirst(accumulator, ['alarms'])
  const record = { partition: 0, key: null, value: 'v', headers: null, timestamp: 0 }
  for (const topic of ['news', 'alarms', 'news', 'alarms'])
    front.forTopic(topic).append(record, { heldBytes: 0, settle: () => {} }, null, null)
  const mayDrain = (topic: string): boolean => !busy(topic)
  return Array.from({ length: 4 }, () => {
    queue.ready(0, () => ({ node: 1, epoch: 0 }))
    return queue.drain(1, { maxBytes: 1_000, busy: false, mayDrain }).map(({ topic }) => topic)
  })
}

test('urgent topics go first', () => {
  const requests = topicsOfRequests(() => false)
  expect(requests).toEqual([['alarms'], ['alarms'], ['news'], ['news']])
})

test('other topics go while the urgent ones may not be drained', () => {
  const requests = topicsOfRequests((topic) => topic === 'alarms')
  expect(requests).toEqual([['news'], ['news'], [], []])
})
