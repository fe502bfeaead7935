import type { CompressionCodec } from '@sluice/protocol'
import { KafkaError } from '@sluice/protocol'
import { describe, expect, it } from 'vitest'
import { noRoom, type TopicFront } from '../src/index.js'
import { valuesOf } from '../src/testing/stand/read-batch.js'
import { buffersInUse, TestAccumulator, type TestSetting } from './test-accumulator.js'

/** An accumulator whose codec runs `during` for each batch, and then leaves it as it is. */
function reentrant(during: (at: Reentrant) => void, setting: TestSetting = {}): Reentrant {
  const compression: CompressionCodec = {
    id: 3,
    name: 'test',
    compress: (input) => {
      during(reentered)
      return input
    },
    decompress: (input) => input,
  }
  const accumulator = new TestAccumulator({ batchBytes: 1_024, compression, ...setting })
  const reentered = { accumulator, topic: accumulator.topic(), appends: 0 }
  return reentered
}

interface Reentrant {
  readonly accumulator: TestAccumulator
  readonly topic: TopicFront
  appends: number
}

function append({ accumulator, topic }: Reentrant, name: string, partition = 0): void {
  const value = `${name} ${'v'.repeat(300)}`
  expect(accumulator.append(topic, { partition, value }, name)).not.toBe(noRoom)
}

/** Everything that was appended settles once, in the order of its partition. */
function expectAllSettled({ accumulator }: Reentrant, names: readonly string[]): void {
  accumulator.acknowledgeAll()
  expect(accumulator.tags).toEqual(names)
  expect([accumulator.front.pending, buffersInUse.bytes]).toEqual([false, 0])
}

describe('a codec that', () => {
  it('sends to the same partition changes no order and loses no batch', () => {
    const order: string[] = []
    const send = (at: Reentrant): void => {
      if (at.appends++ >= 20) return
      order.push(`inner ${at.appends}`)
      append(at, `inner ${at.appends}`)
    }
    const at = reentrant(send)
    for (let count = 0; count < 50; count++) {
      order.push(`outer ${count}`)
      append(at, `outer ${count}`)
    }
    expectAllSettled(at, order)
  })

  it('sends a record that fills a batch at once is asked again for that batch, later', () => {
    const at = reentrant(
      (again) => {
        if (again.appends++ < 100) append(again, `inner ${again.appends}`)
      },
      { batchRecords: 1 },
    )
    append(at, 'outer')
    expectAllSettled(at, ['outer', ...Array.from({ length: 100 }, (_, i) => `inner ${i + 1}`)])
  })

  it('is not called in the middle of an append', () => {
    let appending = false
    const inside: boolean[] = []
    const at = reentrant(() => void inside.push(appending), { batchRecords: 1 })
    appending = true
    append(at, 'outer')
    appending = false
    at.accumulator.ready()
    expect(inside).toEqual([false])
  })

  it('sends while a wanted batch is sealed keeps both in order', () => {
    const at = reentrant((again) => {
      if (again.appends++ === 0) append(again, 'inner')
    })
    append(at, 'outer')
    at.accumulator.runtime.endTurn()
    const [batch] = at.accumulator.drain()
    expect(valuesOf([batch!])[0]![0]).toMatch(/^outer/)
    at.accumulator.acknowledge(batch!)
    expectAllSettled(at, ['outer', 'inner'])
  })

  it('sends while parts of a batch are compressed changes no order', () => {
    const at = reentrant((again) => {
      if (again.appends++ === 1) append(again, 'inner')
    })
    for (const name of ['a', 'b', 'c']) append(at, name)
    const [batch] = at.accumulator.drain()
    at.accumulator.queue.split(batch!)
    expectAllSettled(at, ['a', 'b', 'c', 'inner'])
  })

  it('flushes ends that flush with the batch that it compresses', async () => {
    let flushed: Promise<void> | undefined
    const at = reentrant((again) => void (flushed ??= again.accumulator.front.flush()), {
      batchRecords: 1,
    })
    append(at, 'outer')
    expectAllSettled(at, ['outer'])
    await flushed
  })

  it('aborts what is open leaves the batch that it compresses alone', () => {
    const at = reentrant((again) => {
      if (again.appends++ === 0) again.accumulator.front.abort(new KafkaError('ABORTED', 'test'))
    })
    append(at, 'sealed')
    append(at, 'sealed, too')
    append(at, 'open')
    at.accumulator.acknowledgeAll()
    const ends = at.accumulator.settled.map(({ tag, error }) => [tag, error?.code ?? null])
    expect(ends).toHaveLength(3)
    expect(Object.fromEntries(ends)).toMatchObject({ sealed: null })
    expect([at.accumulator.front.pending, buffersInUse.bytes]).toEqual([false, 0])
  })

  it('closes the front loses no batch', async () => {
    let closed: Promise<void> | undefined
    const at = reentrant((again) => void (closed ??= again.accumulator.front.close()), {
      batchRecords: 1,
    })
    append(at, 'a')
    append(at, 'b')
    at.accumulator.ready()
    for (const batch of at.accumulator.queue.take({})) at.accumulator.fail(batch, 'PRODUCER_CLOSED')
    await closed
    expect(at.accumulator.tags).toEqual(['a', 'b'])
    expect([at.accumulator.front.pending, buffersInUse.bytes]).toEqual([false, 0])
  })
})

describe('an observer that sends when a batch is sealed', () => {
  it('changes no order and loses no batch', () => {
    const order: string[] = []
    let appends = 0
    const at: Reentrant = {
      accumulator: new TestAccumulator({
        batchBytes: 1_024,
        observer: {
          sealed: () => {
            if (appends++ >= 20) return
            order.push(`inner ${appends}`)
            append(at, `inner ${appends}`)
          },
        },
      }),
      get topic() {
        return this.accumulator.front.forTopic('orders')
      },
      appends: 0,
    }
    at.accumulator.topic()
    for (let count = 0; count < 50; count++) {
      order.push(`outer ${count}`)
      append(at, `outer ${count}`)
    }
    expectAllSettled(at, order)
  })
})
