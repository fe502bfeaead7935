import { KafkaError } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { judgeWait } from '../src/program/judge-wait.js'

const limits = { maxBlockMs: 50, roomBytes: 1_000 }

function waited(settledAt: number, detail: string, bufferAvailableBytes: number): string[] {
  const error = new KafkaError('BUFFER_FULL', detail, { persisted: 'no' })
  return judgeWait({ id: 3, error, sentAt: 10, settledAt }, { bufferAvailableBytes }, limits)
}

const noRoom = 'no room in bufferBytes (5000) within 50 ms; send less at a time'

test('a record may wait in vain while there is no room', () => {
  expect(waited(60, noRoom, 999)).toEqual([])
})

test('a record may not wait in vain while there is room', () => {
  expect(waited(60, noRoom, 1_000)).toEqual([
    'record 3 waited for memory in vain, and 1000 bytes are free',
  ])
})

test('what is free when a caller is told late says nothing', () => {
  expect(waited(80, noRoom, 1_000)).toEqual([])
})

test('the records of a partition that does not answer may wait while there is room', () => {
  const held = 'no room in bufferBytes (5000) within 50 ms for a partition that does not answer'
  expect(waited(60, held, 1_000)).toEqual([])
})
