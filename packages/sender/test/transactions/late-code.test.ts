import { createAccumulator } from '@sluice/accumulator'
import { manualClock } from '@sluice/protocol/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import { ScriptedNetworkClient } from '../scripted-network-client.js'
import { Ending } from '../transaction-world.js'

const code = '../../src/transactions/make-transactions.js'

/** The first transactional sender of a process: no code of transactions is loaded. */
async function firstSender() {
  vi.resetModules()
  onTestFinished(() => void vi.resetModules())
  const { createSender } = await import('../../src/index.js')
  const runtime = manualClock({ seed: 1 })
  const { front, queue } = createAccumulator({ runtime })
  const network = new ScriptedNetworkClient()
  network.up(1)
  const sender = createSender({ transactionalId: 'tx-1', runtime })
  sender.start({ queue, network })
  const settle = async (): Promise<void> => {
    for (let task = 0; task < 20; task++) await Promise.resolve()
    runtime.advance(0)
  }
  return { front, network, settle, transactions: sender.transactions! }
}

test('the first transaction of a process begins when its code is loaded, and calls wait for that', async () => {
  const { network, settle, transactions } = await firstSender()
  const asked: string[] = []
  network.onCall = (call) => void asked.push('api' in call ? call.api : 'Produce')
  const begun = new Ending(transactions.begin())
  await settle()
  expect(asked).toEqual([])
  await vi.dynamicImportSettled()
  await settle()
  expect(asked).toEqual(['FindCoordinator'])
  expect(begun.state).toBe('pending')
})

test('a sender that is closed before its code is loaded begins no transaction', async () => {
  const { front, network, settle, transactions } = await firstSender()
  const begun = new Ending(transactions.begin())
  const closed = new Ending(front.close())
  await vi.dynamicImportSettled()
  await settle()
  expect(begun.code).toBe('PRODUCER_CLOSED')
  expect(closed.state).toBe('resolved')
  expect(network.calls).toEqual([])
})

test('where the code cannot be loaded each call says so, and what to do', async () => {
  vi.doMock(code, () => {
    throw new Error('no such file')
  })
  onTestFinished(() => vi.doUnmock(code))
  const { transactions } = await firstSender()
  await vi.dynamicImportSettled()
  const error = { code: 'INVALID_OPTION', persisted: 'no' }
  await expect(transactions.initialize()).rejects.toMatchObject(error)
  await expect(transactions.begin()).rejects.toThrow(
    /transactionalId: the code of transactions cannot be loaded: .*; deploy all files of @sluice\/sender/,
  )
})
