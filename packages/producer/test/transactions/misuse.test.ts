import { AsyncLocalStorage } from 'node:async_hooks'
import type { KafkaError } from '@sluice/protocol'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Transaction } from '../../src/index.js'
import { PacedProducer } from '../intake/paced-producer.js'
import { good, outcomeOf, refused, tooLarge, TransactionalStand } from './transactional-stand.js'

const illegal = { code: 'ILLEGAL_STATE' }
const ended = { ended: true }
const none = { groupId: 'g', offsets: [] }

type Calls = [name: string, call: (tx: Transaction) => unknown][]

const adding: Calls = [
  ['send', (tx) => tx.send(good)],
  ['sendMany', (tx) => tx.sendMany([good])],
  ['enqueue', (tx) => tx.enqueue(good)],
  ['sendOffsets', (tx) => tx.sendOffsets(none)],
  ['flush', (tx) => tx.flush()],
]

/** The error of a call, thrown or rejected. */
async function errorOf(call: () => unknown): Promise<KafkaError | null> {
  try {
    await call()
    return null
  } catch (error) {
    return error as KafkaError
  }
}

describe('a producer with transactionalId itself', () => {
  test.each(adding.slice(0, 3))('refuses %s, and tells how to send', async (_, call) => {
    const stand = new TransactionalStand()
    const error = await errorOf(() => call(stand.producer as unknown as Transaction))
    expect(error).toMatchObject({ ...illegal, persisted: 'no' })
    expect(String(error)).toMatch(
      /beginTransaction\(\).*send, sendMany or enqueue of the transaction/,
    )
  })

  test.each(adding.slice(0, 3))(
    'refuses %s in a transaction, too, which goes on',
    async (_, call) => {
      const { stand, tx } = await TransactionalStand.begun()
      expect(await errorOf(() => call(stand.producer as unknown as Transaction))).toMatchObject(
        illegal,
      )
      expect(await stand.settled(tx.commit())).toEqual(ended)
    },
  )
})

test('a producer without transactionalId refuses transactions, and names the option', async () => {
  const { producer } = new PacedProducer()
  for (const call of [() => producer.beginTransaction(), () => producer.transact(async () => {})]) {
    const error = await errorOf(call)
    expect(error).toMatchObject(illegal)
    expect(String(error)).toMatch(/option transactionalId/)
  }
})

describe('beginTransaction', () => {
  test('is refused at once while a transaction is open', async () => {
    const { stand } = await TransactionalStand.begun()
    const error = await errorOf(() => stand.producer.beginTransaction())
    expect(error).toMatchObject(illegal)
    expect(String(error)).toMatch(/a transaction is open/)
    expect(stand.transactions.calls).toEqual(['begin'])
  })

  test('is refused while one has failed and is not aborted, and says why that has failed', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    void tx.send(tooLarge)
    const error = await errorOf(() => stand.producer.beginTransaction())
    expect(error).toMatchObject({ ...illegal, cause: { cause: { code: 'RECORD_TOO_LARGE' } } })
    expect(String(error)).toMatch(/abort\(\) it first/)
  })

  test.each(['commit', 'abort'] as const)('is refused while a caller waits for %s', async (end) => {
    const { stand, tx } = await TransactionalStand.begun()
    const held = stand.transactions.hold(end)
    const outcome = outcomeOf(tx[end]())
    const error = await errorOf(() => stand.producer.beginTransaction())
    expect(error).toMatchObject(illegal)
    expect(String(error)).toContain(`${end}() of the transaction before has not ended`)
    held.succeed()
    await stand.settle()
    expect(outcome).toEqual(ended)
    await stand.producer.beginTransaction()
  })

  test('is refused while another one is under way', async () => {
    const stand = new TransactionalStand()
    const first = stand.producer.beginTransaction()
    expect(await errorOf(() => stand.producer.beginTransaction())).toMatchObject(illegal)
    await first
  })

  test('that has failed can be called again', async () => {
    const stand = new TransactionalStand()
    stand.transactions.fail('begin', refused)
    expect(await errorOf(() => stand.producer.beginTransaction())).toBe(refused)
    await stand.producer.beginTransaction()
  })
})

describe.each(['commit', 'abort'] as const)('after %s', (end) => {
  test.each(adding)(
    '%s is refused, and nothing is sent into a later transaction',
    async (name, call) => {
      const { stand, tx } = await TransactionalStand.begun()
      await stand.settled(tx[end]())
      const next = await stand.producer.beginTransaction()
      const error = await errorOf(() => call(tx))
      expect(error).toMatchObject(illegal)
      expect(String(error)).toContain(`${name}() after ${end}()`)
      expect(stand.paced.acknowledge()).toBe(0)
      expect(await stand.settled(next.commit()), 'the later one has not failed').toEqual(ended)
    },
  )

  test.each(adding)('%s is refused while that is under way', async (_, call) => {
    const { stand, tx } = await TransactionalStand.begun()
    const held = stand.transactions.hold(end)
    const outcome = outcomeOf(tx[end]())
    expect(await errorOf(() => call(tx))).toMatchObject(illegal)
    held.succeed()
    await stand.settle()
    expect(outcome).toEqual(ended)
  })
})

test.each([
  ['commit', 'commit'],
  ['commit', 'abort'],
  ['abort', 'commit'],
] as const)('after %s, %s is refused', async (first, second) => {
  const { stand, tx } = await TransactionalStand.begun()
  await stand.settled(tx[first]())
  expect((await stand.settled(tx[second]())).error).toMatchObject(illegal)
  await stand.producer.beginTransaction()
  expect((await stand.settled(tx[second]())).error).toMatchObject(illegal)
  expect(stand.transactions.calls).toEqual(['begin', first, 'begin'])
})

test('abort is refused while a commit is under way, and commit while an abort is', async () => {
  for (const [first, second] of [
    ['commit', 'abort'],
    ['abort', 'commit'],
  ] as const) {
    const { stand, tx } = await TransactionalStand.begun()
    const held = stand.transactions.hold(first)
    const outcome = outcomeOf(tx[first]())
    expect((await stand.settled(tx[second]())).error).toMatchObject(illegal)
    held.succeed()
    await stand.settle()
    expect(outcome).toEqual(ended)
  }
})

test.each(['commit', 'abort', 'flush'] as const)(
  '%s inside a delivery callback is refused, for it would wait for itself',
  async (call) => {
    const { stand, tx } = await TransactionalStand.begun()
    let called: Promise<void> | undefined
    tx.enqueue(good, () => {
      called = tx[call]()
      called.catch(() => {})
    })
    stand.paced.acknowledge()
    const error = await errorOf(() => called)
    expect(error).toMatchObject(illegal)
    expect(String(error)).toContain(`${call}() inside a delivery callback`)
    expect(await stand.settled(tx.commit())).toEqual(ended)
  },
)

describe('await using', () => {
  test('aborts a transaction that is open', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    expect(await stand.settled(tx[Symbol.asyncDispose]() as Promise<void>)).toEqual(ended)
    expect(stand.transactions.calls).toEqual(['begin', 'abort'])
  })

  test('aborts a transaction that has failed', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    void tx.send(tooLarge)
    await stand.settled(tx[Symbol.asyncDispose]() as Promise<void>)
    expect(stand.transactions.calls).toEqual(['begin', 'abort'])
  })

  test.each(['commit', 'abort'] as const)('does nothing after %s', async (end) => {
    const { stand, tx } = await TransactionalStand.begun()
    await stand.settled(tx[end]())
    expect(await stand.settled(tx[Symbol.asyncDispose]() as Promise<void>)).toEqual(ended)
    expect(stand.transactions.calls).toEqual(['begin', end])
  })

  test('does nothing while the outcome of a commit is not known', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    const held = stand.transactions.hold('commit')
    outcomeOf(tx.commit())
    expect(await stand.settled(tx[Symbol.asyncDispose]() as Promise<void>)).toEqual(ended)
    held.succeed()
    await stand.settle()
    expect(stand.transactions.calls).toEqual(['begin', 'commit'])
  })
})

test('a callback of enqueue in a transaction sees the stores of its caller', async () => {
  const { stand, tx } = await TransactionalStand.begun()
  const storage = new AsyncLocalStorage<string>()
  // Else every promise of the files that run after this one would take more memory, which some of them measure.
  onTestFinished(() => storage.disable())
  const seen: unknown[] = []
  storage.run('mine', () => tx.enqueue(good, () => void seen.push(storage.getStore())))
  stand.paced.acknowledge()
  expect(seen).toEqual(['mine'])
  await stand.settled(tx.commit())
})
