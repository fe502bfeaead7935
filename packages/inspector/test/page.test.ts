import { describe, expect, it, test } from 'vitest'
import { ServerEvents } from '../page/event-source.js'
import { Snapshots } from '../page/snapshots.js'
import { isSendable, tokenOfHash } from '../page/token.js'
import { eventKey } from '../page/view/event-key.js'
import { otherPartitions, partitionRows, type Queue } from '../page/view/rows.js'
import { PipelineModel } from '../src/model/pipeline-model.js'
import type { Snapshot } from '../src/model/snapshot.js'
import { metricsOf, ready } from './stub-producer.js'

function snapshot(queues: Queue[]): Snapshot {
  return new PipelineModel().snapshot(metricsOf({ queues }), ready, 0)
}

function queue(partition: number, records = 10): Queue {
  const filled = { bytes: 100, sealedBatches: 1, openShare: 0.5, oldestMs: 5 }
  return { topic: 'orders', partition, leader: 0, records, ...filled }
}

describe('the rows of partitions', () => {
  it('keep those that are empty now for a while, in the order of the names', () => {
    const all = [snapshot([queue(10), queue(2)]), snapshot([queue(3)])]
    const rows = partitionRows(all, 1)
    expect(rows.map(({ partition, records }) => [partition, records])).toEqual([
      [2, 0],
      [3, 10],
      [10, 0],
    ])
    expect(partitionRows(all, 0)).toHaveLength(2)
    const later = [...all, ...Array.from({ length: 30 }, () => snapshot([queue(3)]))]
    expect(partitionRows(later, later.length - 1)).toHaveLength(1)
  })

  it('are 24 at most, and the others a sum', () => {
    const thousand = Array.from({ length: 1_000 }, (_, index) => queue(index))
    const all = [snapshot([queue(1_500)]), snapshot(thousand)]
    const rows = partitionRows(all, 1)
    expect(rows).toHaveLength(24)
    expect(otherPartitions(all[1]!, rows)).toEqual({
      partitions: 976,
      batches: 2_000 - 48,
      records: 9_760,
    })
  })
})

describe('the snapshots of the page', () => {
  it('go on being added while it is paused, and are looked back at by their place', () => {
    const [one, two, three] = [snapshot([]), snapshot([]), snapshot([])]
    const snapshots = new Snapshots()
    snapshots.add(one)
    snapshots.add(two)
    expect(snapshots.shown).toBe(two)
    snapshots.pause()
    snapshots.add(three)
    expect([snapshots.shown, snapshots.index, snapshots.isPaused]).toEqual([two, 1, true])
    snapshots.pause(0)
    expect(snapshots.shown).toBe(one)
    snapshots.resume()
    expect([snapshots.shown, snapshots.isPaused]).toEqual([three, false])
  })

  it('are three minutes at most, and the place of a paused one moves with them', () => {
    const snapshots = new Snapshots()
    const paused = snapshot([])
    const other = snapshot([])
    for (let i = 0; i < 899; i++) snapshots.add(other)
    snapshots.add(paused)
    snapshots.pause()
    for (let i = 0; i < 100; i++) snapshots.add(other)
    expect([snapshots.all.length, snapshots.index]).toEqual([900, 799])
  })
})

describe('server-sent events', () => {
  it('are put together from pieces', () => {
    const events = new ServerEvents()
    expect(events.take('data: {"a"')).toEqual([])
    expect(events.take(':1}\n')).toEqual([])
    expect(events.take('\nevent: end\ndata: closed\n\n')).toEqual([
      { name: 'message', data: '{"a":1}' },
      { name: 'end', data: 'closed' },
    ])
  })

  it('may have any character in their data', () => {
    const data = JSON.stringify({ address: 'a\u2028b\u2029c' })
    expect(new ServerEvents().take(`data: ${data}\n\n`)).toEqual([{ name: 'message', data }])
  })
})

describe('the token', () => {
  it('is taken from the address as it is written, or with codes', () => {
    expect(tokenOfHash('#token=ab+c/d&e==')).toBe('ab+c/d&e==')
    expect(tokenOfHash('#token=ab%2Bc%25')).toBe('ab+c%')
    expect(tokenOfHash('#token=100%')).toBe('100%')
    expect(tokenOfHash('#other')).toBeNull()
  })

  it('cannot be sent with characters that no header can have, such as curled quotes', () => {
    expect(isSendable('“a-secret-of-the-service”')).toBe(false)
    expect(isSendable('a-secret-of-the-service')).toBe(true)
  })
})

test('the first events of two streams are told apart, so that a new one is not shown as an old one', () => {
  const first = (at: number) => {
    const model = new PipelineModel()
    model.metadata({ clientId: 'x', producer: 7, version: 1, brokers: 1, topics: 1 }, at)
    return eventKey(model.snapshot(metricsOf(), ready, at).events[0]!)
  }
  expect(first(1_000)).not.toBe(first(61_000))
})
