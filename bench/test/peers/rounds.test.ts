import { expect, test } from 'vitest'
import type { Cluster } from '../../src/peers/clusters/cluster.js'
import { type ReadyClient, rotated, runRounds, takesPart } from '../../src/peers/rounds.js'
import { countsOf, workloads } from '../../src/peers/workloads.js'
import { anOutcome } from './outcomes.js'

const w1 = workloads[0]!
/** Another one with as many records. */
const w2 = { ...w1, id: 'w2' }
const share = 1 / 50_000
const all = 20 + 80

/** A client whose program prints that text. */
function printing(id: string, text: string, names?: readonly string[]): ReadyClient {
  const args = ['-e', 'console.log(process.argv[1])', text]
  return { id, pace: 'fast', workloads: names, commandOf: () => ({ file: process.execPath, args }) }
}

/** Brokers that have taken that many records of any run. */
function holding(records: bigint): Cluster & { readonly deleted: string[] } {
  const deleted: string[] = []
  return {
    bootstrapServers: '127.0.0.1:1',
    description: 'none',
    deleted,
    createTopic: async () => {},
    takenBy: async () => ({ records, requests: 1, batches: null }),
    deleteTopic: async (name) => void deleted.push(name),
    [Symbol.asyncDispose]: async () => {},
  }
}

const good = JSON.stringify(anOutcome({ sent: all }))

test('clients take turns within a workload, and each round begins with the next one', async () => {
  const said: string[] = []
  const cluster = holding(BigInt(all))
  const deps = {
    clusterOf: () => cluster,
    valuesOf: () => '',
    say: (line: string) => said.push(line),
  }
  const clients = [printing('a', good), printing('b', good)]
  const runs = await runRounds(clients, [w1, w2], 2, share, deps)

  const turns = said.map((line) => /(w\d) +(\w)/.exec(line)!.slice(1).join(''))
  expect(turns).toEqual(['w1a', 'w1b', 'w2a', 'w2b', 'w1b', 'w1a', 'w2b', 'w2a'])
  expect(runs.map(({ workload, client }) => workload.id + client)).toEqual([
    'w1a',
    'w1b',
    'w2a',
    'w2b',
  ])
})

test('each run has a topic of its own, which is deleted after it, whatever has happened', async () => {
  const cluster = holding(BigInt(all))
  const deps = { clusterOf: () => cluster, valuesOf: () => '', say: () => {} }
  await runRounds([printing('good', good), printing('bad', 'no')], [w1], 2, share, deps)
  // One more run has warmed the brokers.
  expect(new Set(cluster.deleted).size).toBe(5)
})

test('a program that fails makes its run void, and the others go on', async () => {
  const cluster = holding(BigInt(all))
  const deps = { clusterOf: () => cluster, valuesOf: () => '', say: () => {} }
  const throwing: ReadyClient = {
    ...printing('throws', ''),
    commandOf: () => ({ file: process.execPath, args: ['-e', 'throw new TypeError("no broker")'] }),
  }
  const clients = [throwing, printing('silent', 'hello'), printing('good', good)]
  const [thrown, silent, fine] = await runRounds(clients, [w1], 1, share, deps)

  expect(thrown!.runs).toEqual([{ reason: 'it ended with 1: TypeError: no broker' }])
  expect(silent!.runs).toEqual([{ reason: 'it printed no outcome, but "hello"' }])
  expect(fine!.runs).toMatchObject([{ count: 80 }])
})

test('a run whose records are not all in the topic is void', async () => {
  const deps = { clusterOf: () => holding(99n), valuesOf: () => '', say: () => {} }
  const [only] = await runRounds([printing('a', good)], [w1], 1, share, deps)
  expect(only!.runs).toEqual([{ reason: 'the topic holds 99 records where 100 were sent' }])
})

test('a client takes part in its workloads only', () => {
  expect(takesPart(w1, ['w1', 'w7'])).toBe(true)
  expect(takesPart(w2, ['w1', 'w7'])).toBe(false)
  expect(takesPart(workloads.at(-1)!, ['w1', 'w7'])).toBe(true)
  expect(takesPart(w2)).toBe(true)
})

test('a list begun at another place has all its items', () => {
  expect(rotated(['a', 'b', 'c'], 4)).toEqual(['b', 'c', 'a'])
  expect(rotated([], 3)).toEqual([])
})

test('a share of the records is a whole number, never zero', () => {
  expect(countsOf(w1, 'fast', share)).toEqual({ warmUp: 20, count: 80 })
  expect(countsOf(w1, 'slow', 1e-9)).toEqual({ warmUp: 1, count: 1 })
})
