import { readFileSync } from 'node:fs'
import { type ErrorCode, KafkaError } from '@sluice/protocol'
import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  nextStates,
  StateOfTransaction,
  type TransactionState,
} from '../../src/transactions/transaction-state.js'
import type { CoordinatorApi } from '../coordinator-call.js'
import { TransactionWorld } from '../transaction-world.js'

const page = readFileSync(new URL('../../../../docs/architecture.md', import.meta.url), 'utf8')

const states = Object.keys(nextStates) as TransactionState[]
const edges = states.flatMap((from) => nextStates[from].map((to) => `${from} --> ${to}`))
const others = states.flatMap((from) =>
  states.map((to) => `${from} --> ${to}`).filter((edge) => !edges.includes(edge)),
)

const open = (): Promise<TransactionWorld> => TransactionWorld.openWithRecord()

/** The transaction, where this request is refused so. */
async function refused(api: CoordinatorApi, ...codes: ErrorCode[]): Promise<TransactionWorld> {
  const world = await open()
  world.answer(
    api,
    ...codes.map((code) => (call: { refuse(is: ErrorCode): void }) => call.refuse(code)),
  )
  return world
}

async function batchRefused(code: ErrorCode): Promise<TransactionWorld> {
  const world = await open()
  world.answer('Produce', (call) => call.refuse(code))
  await world.sendAll(0, ['refused'])
  return world
}

/** What takes a sender along each edge. */
const ways: Record<string, () => Promise<unknown>> = {
  'uninitialized --> initializing': () => new TransactionWorld().initialize(),
  'initializing --> ready': () => new TransactionWorld().initialize(),
  'initializing --> uninitialized': async () => {
    const world = new TransactionWorld()
    world.answer('InitProducerId', (call) => call.refuse('INVALID_REQUEST'))
    await world.initialize()
  },
  'initializing --> fatalError': async () => {
    const world = await refused('InitProducerId', 'PRODUCER_FENCED')
    await world.commit()
    world.clusterVersion = 2
    await world.begin()
  },
  'ready --> inTransaction': open,
  'ready --> initializing': async () => {
    const world = await open()
    await world.commit()
    await world.begin()
  },
  'inTransaction --> committing': async () => (await open()).commit(),
  'inTransaction --> aborting': async () => (await open()).abort(),
  'inTransaction --> abortableError': () => batchRefused('INVALID_RECORD'),
  'inTransaction --> fatalError': () => batchRefused('TRANSACTIONAL_ID_AUTHORIZATION_FAILED'),
  'abortableError --> aborting': async () => (await batchRefused('INVALID_RECORD')).abort(),
  'committing --> ready': async () => (await open()).commit(),
  'committing --> abortableError': async () =>
    (await refused('EndTxn', 'TRANSACTION_ABORTABLE')).commit(),
  'committing --> aborting': async () => (await refused('EndTxn', 'INVALID_TXN_STATE')).commit(),
  'committing --> fatalError': async () =>
    (await refused('EndTxn', 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED')).commit(),
  'aborting --> ready': async () => (await open()).abort(),
  'aborting --> abortableError': async () =>
    (await refused('AddOffsetsToTxn', 'INVALID_TXN_STATE')).sendOffsets(),
  'aborting --> fatalError': async () =>
    (await refused('EndTxn', 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED')).abort(),
}

function machineIn(state: string): StateOfTransaction {
  const machine = new StateOfTransaction()
  for (const next of wayTo(state).slice(1)) machine.become(next)
  return machine
}

/** The shortest way from the beginning. */
function wayTo(state: string): TransactionState[] {
  const found: TransactionState[][] = [['uninitialized']]
  for (const way of found) {
    const last = way.at(-1)!
    if (last === state) return way
    for (const next of nextStates[last]) if (!way.includes(next)) found.push([...way, next])
  }
  throw new Error(`no way leads to ${state}`)
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('the states of a transactional sender', () => {
  test('the states and arrows are those of the diagram in docs/architecture.md', () => {
    const [, diagram] = /### Transactions[\s\S]*?```mermaid\n([\s\S]*?)```/.exec(page)!
    const arrows = [...diagram!.matchAll(/(\w+) --> (\w+)/g)].map(([arrow]) => arrow)
    expect(arrows.toSorted()).toEqual(edges.toSorted())
  })

  test('every state is reached on a known way', () => {
    expect(Object.keys(ways).toSorted()).toEqual(edges.toSorted())
  })

  test.each(edges)('%s', async (edge) => {
    const walked: string[] = []
    // oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
    const { become } = StateOfTransaction.prototype
    vi.spyOn(StateOfTransaction.prototype, 'become').mockImplementation(function (
      this: StateOfTransaction,
      next,
      error,
    ) {
      walked.push(`${this.now} --> ${next}`)
      become.call(this, next, error)
    })
    await ways[edge]!()
    expect(walked).toContain(edge)
  })

  test.each(others)('there is no way %s', (edge) => {
    const [from, to] = edge.split(' --> ') as [TransactionState, TransactionState]
    const machine = machineIn(from)
    expect(() => machine.become(to)).toThrow(`A transaction that is ${from} cannot become ${to}`)
    expect(machine.now).toBe(from)
  })

  test('a state holds the error that led to it, and no older one', () => {
    const machine = machineIn('inTransaction')
    const error = new KafkaError('INVALID_RECORD')
    machine.become('abortableError', error)
    expect(machine.error).toBe(error)
    machine.become('aborting')
    expect(machine.error).toBeNull()
  })
})
