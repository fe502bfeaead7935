import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { AccumulatorQueue, QueueBatch } from '@sluice/accumulator'
import type { NetworkClient } from '@sluice/network'
import { KafkaError } from '@sluice/protocol'
import { describe, expect, it, test } from 'vitest'
import { createSender } from '../src/index.js'
import { type MakeSender, senderConformance } from '../src/testing.js'

describe('the sender', () => {
  senderConformance(test, (settings) => createSender(settings))
})

describe('the sender without idempotence', () => {
  senderConformance(test, (settings) => createSender({ ...settings, idempotent: false }))
})

interface Faults {
  readonly queue?: (queue: AccumulatorQueue) => Partial<AccumulatorQueue>
  readonly network?: (network: NetworkClient) => Partial<NetworkClient>
}

/** The sender, but what it calls does otherwise. */
function faulty(faults: Faults): MakeSender {
  return (settings) => ({
    start: ({ queue, network }) =>
      createSender(settings).start({
        queue: overlaid(queue, faults.queue?.(queue)),
        network: overlaid(network, faults.network?.(network)),
      }),
  })
}

function overlaid<T extends object>(target: T, fault: Partial<T> = {}): T {
  return new Proxy(target, {
    get: (from, name) => {
      const value = Reflect.get(Object.hasOwn(fault, name) ? fault : from, name, from) as unknown
      return typeof value === 'function' ? value.bind(from) : value
    },
  })
}

/** The titles that fail. */
async function failures(make: MakeSender): Promise<string[]> {
  const tests: [string, () => Promise<void>][] = []
  senderConformance((name, run) => tests.push([name, run]), make)
  const failed: string[] = []
  for (const [name, run] of tests) await run().catch(() => failed.push(name))
  return failed
}

const twice = (queue: AccumulatorQueue): Partial<AccumulatorQueue> => ({
  settle: (batch, outcome) => {
    queue.settle(batch, outcome)
    queue.settle(batch, outcome)
  },
})

const saying = (persisted: 'no' | 'possibly') => (queue: AccumulatorQueue) => ({
  settle: (batch: QueueBatch, outcome: Parameters<AccumulatorQueue['settle']>[1]) => {
    const { error } = outcome
    if (error === null) return queue.settle(batch, outcome)
    queue.settle(batch, { error: new KafkaError(error.code, 'x', { persisted }) })
  },
})

const cases: [fault: string, faults: Faults, test: string][] = [
  ['asks for no topic', { queue: () => ({ takeWantedTopics: () => [] }) }, 'asks for a topic'],
  ['tells of no topic', { queue: () => ({ publish: () => {} }) }, 'asks for a topic'],
  ['settles twice', { queue: twice }, 'settles and gives back each batch once'],
  ['never gives back', { queue: () => ({ release: () => {} }) }, 'settles and gives back'],
  [
    'gives back what it settles',
    {
      queue: (queue) => ({
        settle: (batch, outcome) => {
          queue.settle(batch, outcome)
          queue.release(batch)
        },
        release: () => {},
      }),
    },
    'fails a batch at its deadline that is in flight',
  ],
  [
    'gives each attempt a new number',
    {
      queue: (queue) => ({
        // The sender does not know the batch again.
        drain: (...args) => queue.drain(...args).map((batch) => Object.create(batch)),
      }),
    },
    'sends the same bytes again',
  ],
  [
    'asks nobody whether a partition may go',
    {
      queue: (queue) => ({
        drain: (node, limits) => queue.drain(node, { ...limits, mayDrain: () => true }),
      }),
    },
    'sends nothing to a new leader before the old one has answered',
  ],
  [
    'sends one batch a request',
    {
      queue: (queue) => ({
        drain: (node, limits) => queue.drain(node, { ...limits, maxBytes: 1 }),
      }),
    },
    'sends one request a broker',
  ],
  [
    'takes every broker for ready',
    { network: () => ({ ready: () => true }) },
    'sends nothing to a broker that takes no more',
  ],
  [
    'calls all that fails surely not written',
    { queue: saying('no') },
    'fails a batch at its deadline that is in flight',
  ],
  [
    'calls all that fails possibly written',
    { queue: saying('possibly') },
    'fails a batch at its deadline that was never sent',
  ],
  [
    'lets nothing expire',
    { queue: () => ({ take: () => [] }) },
    'fails a batch at its deadline that was never sent',
  ],
  [
    'never ends',
    { queue: () => ({ closed: false }) },
    'fails what is left when the queue is closed',
  ],
]

describe('the kit', () => {
  it.each(cases)('rejects a sender that %s', async (_, faults, title) => {
    const failed = await failures(faulty(faults))
    expect(failed.filter((name) => name.startsWith(title))).toHaveLength(1)
  })

  it('rejects a sender that does nothing', async () => {
    expect(await failures(() => ({ start: () => {} }))).toHaveLength(18)
  })

  it('runs under node:test too', () => {
    const file = fileURLToPath(new URL('under-node-test.ts', import.meta.url))
    const flags = ['--conditions=@sluice/source', '--import=tsx', '--test', '--test-reporter=tap']
    const output = execFileSync(process.execPath, [...flags, file], { encoding: 'utf8' })
    expect(output).toMatch(/^# pass 18$/m)
    expect(output).toMatch(/^# fail 0$/m)
  })
})
