import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { KafkaError } from '@sluice/protocol'
import { describe, expect, it, test } from 'vitest'
import {
  type Accumulator,
  createAccumulator,
  type Delivery,
  type TopicFront,
} from '../src/index.js'
import { accumulatorConformance, type MakeAccumulator } from '../src/testing.js'

describe('the accumulator', () => {
  accumulatorConformance(test, createAccumulator)
})

type Run = () => void | Promise<void>

function testsOf(make: MakeAccumulator): { name: string; run: Run }[] {
  const tests: { name: string; run: Run }[] = []
  accumulatorConformance((name, run) => void tests.push({ name, run }), make)
  return tests
}

/** The titles that fail. */
async function failures(make: MakeAccumulator): Promise<string[]> {
  const failed: string[] = []
  for (const { name, run } of testsOf(make)) {
    try {
      await run()
    } catch {
      failed.push(name)
    }
  }
  return failed
}

/** The default, with something put into it that is wrong. */
function broken(breakIt: (accumulator: Accumulator) => void): MakeAccumulator {
  return (setting) => {
    const accumulator = createAccumulator(setting)
    breakIt(accumulator)
    return accumulator
  }
}

/** The default, with topics that have something wrong. */
function brokenTopics(breakIt: (topic: TopicFront) => void): MakeAccumulator {
  return broken(({ front }) => {
    const forTopic = front.forTopic.bind(front)
    front.forTopic = (name) => {
      const topic = forTopic(name)
      if (!Object.hasOwn(topic, 'broken')) breakIt(Object.assign(topic, { broken: true }))
      return topic
    }
  })
}

/** Leaves out of each error whether the record was written. */
function unsure({ heldBytes, settle }: Delivery): Delivery {
  return {
    heldBytes,
    settle: (settlement, ...record) => {
      const error = settlement.error && new KafkaError(settlement.error.code)
      settle({ error, metadata: (index) => settlement.metadata(index) }, ...record)
    },
  }
}

const faults: Record<string, [title: string, make: MakeAccumulator]> = {
  'gives two batches of a partition for one request': [
    'gives one batch a partition for a request, oldest first',
    broken(({ queue }) => {
      const drain = queue.drain.bind(queue)
      queue.drain = (...request) => [...drain(...request), ...drain(...request)]
    }),
  ],
  'skips the broker of a partition that may not be drained': [
    'skips a partition that may not be drained, and not its broker',
    broken(({ queue }) => {
      const drain = queue.drain.bind(queue)
      queue.drain = (node, limits) => {
        let skips = false
        const mayDrain: typeof limits.mayDrain = (...place) =>
          !skips && !(skips = !limits.mayDrain(...place))
        return drain(node, { ...limits, mayDrain })
      }
    }),
  ],
  'releases a batch that settles': [
    'writes into no bytes that a socket may still read',
    broken(({ queue }) => {
      const settle = queue.settle.bind(queue)
      queue.settle = (batch, outcome) => {
        settle(batch, outcome)
        queue.release(batch)
      }
    }),
  ],
  'never releases': [
    'is empty again, however often it was full',
    broken(({ queue }) => void (queue.release = () => {})),
  ],
  'expires a millisecond late': [
    'gives up a batch at exactly its deadline',
    broken(({ queue }) => {
      const take = queue.take.bind(queue)
      queue.take = ({ expiredAt = Infinity, ...filter }) =>
        take({ expiredAt: expiredAt - 1, ...filter })
    }),
  ],
  'puts batches back without their back-off': [
    'waits for the end of a back-off, and says when that is',
    broken(({ queue }) => {
      const requeue = queue.requeue.bind(queue)
      queue.requeue = (batch, _, leaderEpoch) => requeue(batch, 0, leaderEpoch)
    }),
  ],
  'does not wait for what is flushed': [
    'flush ends when all that was appended before has settled',
    broken(({ front }) => {
      const flush = front.flush.bind(front)
      front.flush = async () => void flush()
    }),
  ],
  'closes before all has settled': [
    'close fails what is not sent, and waits for the rest',
    broken(({ front }) => {
      const close = front.close.bind(front)
      front.close = async () => void close()
    }),
  ],
  'aborts nothing': [
    'abort fails what is open or waits, and leaves what is sealed',
    broken(({ front }) => void (front.abort = () => {})),
  ],
  'says that what it aborts may have been written': [
    'abort says that nothing of what it fails was written',
    brokenTopics((topic) => {
      const append = topic.append.bind(topic)
      topic.append = (record, delivery, a, b) => append(record, unsure(delivery), a, b)
    }),
  ],
  'closes instead of aborting': [
    'abort ends a flush, and the front goes on',
    broken(({ front }) => void (front.abort = () => void front.close())),
  ],
  'keeps quiet about work': [
    'calls its listener when there is something new to do',
    broken(({ queue }) => void (queue.onWork = () => {})),
  ],
  'speaks past the link': [
    'says all that its halves say in messages that survive structuredClone',
    (setting) => createAccumulator({ ...setting, link: {} }),
  ],
  'settles records twice': [
    'settles each record once, in order, with its offset',
    brokenTopics((topic) => {
      const append = topic.append.bind(topic)
      topic.append = (record, delivery, a, b) => {
        const settle: Delivery['settle'] = (...end) => {
          delivery.settle(...end)
          delivery.settle(...end)
        }
        return append(record, { heldBytes: delivery.heldBytes, settle }, a, b)
      }
    }),
  ],
  'lets others overtake': [
    'lets nobody overtake those who wait',
    brokenTopics((topic) => void Object.defineProperty(topic, 'blocked', { value: false })),
  ],
  'counts no deliveries': [
    'counts what deliveries hold',
    brokenTopics((topic) => {
      const append = topic.append.bind(topic)
      topic.append = (record, delivery, a, b) =>
        append(record, { heldBytes: 0, settle: delivery.settle }, a, b)
    }),
  ],
  'lets nobody leave': [
    'lets a waiter leave, once, and others go on',
    brokenTopics((topic) => void (topic.leave = () => true)),
  ],
}

describe('the kit', () => {
  it.each(Object.entries(faults))('rejects an accumulator that %s', async (_, [title, make]) => {
    expect(await failures(make)).toContain(title)
  })

  // jest takes a parameter for a callback to wait for, and refuses what a test returns unless it is a promise.
  it('gives any runner tests without parameters, of one name each, that return nothing or promises', async () => {
    const tests = testsOf(createAccumulator)
    expect(tests.map(({ run }) => run.length)).toEqual(tests.map(() => 0))
    expect(new Set(tests.map(({ name }) => name)).size).toBe(tests.length)
    for (const { run } of tests) expect(await run()).toBeUndefined()
  })

  it('runs under node:test too', () => {
    const file = fileURLToPath(new URL('under-node-test.ts', import.meta.url))
    const flags = ['--conditions=@sluice/source', '--import=tsx', '--test', '--test-reporter=tap']
    const output = execFileSync(process.execPath, [...flags, file], { encoding: 'utf8' })
    expect(output).toMatch(new RegExp(`^# pass ${testsOf(createAccumulator).length}$`, 'm'))
    expect(output).toMatch(/^# fail 0$/m)
  })
})
