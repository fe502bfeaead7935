import type { PartitionMetadata } from '@sluice/producer'
import { expect, test } from 'vitest'
import { tellOfMissingTopic } from '../../src/sending/missing-topic.js'
import { Stop } from '../../src/sending/stop.js'

/** Waits for a topic on a clock that the test moves. */
function waiting() {
  const lines: string[] = []
  let timer: (() => void) | null = null
  let end: (partitions: PartitionMetadata[]) => void
  let fail: (error: Error) => void
  const known = new Promise<PartitionMetadata[]>((resolve, reject) => {
    end = resolve
    fail = reject
  })
  const io = {
    setTimeout: (run: () => void) => (timer = run),
    clearTimeout: () => (timer = null),
  }
  const producer = { partitionsFor: () => known }
  const stop = new Stop()
  const line = { print: (text: string) => void lines.push(text) }
  tellOfMissingTopic('orders', { io, line, producer, stop })
  return { lines, stop, passTime: () => timer?.(), end: end!, fail: fail! }
}

test('a topic that is not there after some seconds is told, with what becomes of its records', () => {
  const { lines, passTime } = waiting()
  passTime()
  expect(lines).toEqual([
    'the cluster has named no partitions of topic orders so far: it may not exist; records wait for a minute, or for --max-block-ms',
  ])
})

test.each([
  ['is known before', ({ end }: ReturnType<typeof waiting>) => end([])],
  ['cannot be known', ({ fail }: ReturnType<typeof waiting>) => fail(new Error('closed'))],
  ['nobody waits for any more', ({ stop }: ReturnType<typeof waiting>) => stop.because('SIGINT')],
])('of a topic that %s nothing is told', async (_, settle) => {
  const wait = waiting()
  settle(wait)
  await new Promise((resolve) => void setImmediate(resolve))
  wait.passTime()
  expect(wait.lines).toEqual([])
})
