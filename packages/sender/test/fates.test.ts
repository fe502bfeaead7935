import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { Partition } from '../src/partition/partition.js'
import { type Fate, nextFates, type SentBatch } from '../src/partition/sent-batch.js'
import { noEpochs } from '../src/producer-id/epochs.js'
import { attempt, batchOf } from './sent-batches.js'

const page = readFileSync(new URL('../../../docs/architecture.md', import.meta.url), 'utf8')

const edges = Object.entries(nextFates).flatMap(([from, following]) =>
  following.map((to) => `${from} --> ${to}`),
)

/** Carries a batch to the first fate and shows the second. Each is the fate of the window's only entry. */
const ways: Record<string, (way: Way) => void> = {
  'inFlight --> queued': (way) => way.answered(),
  'queued --> inFlight': (way) => way.answered().sentAgain(),
  'queued --> awaitingProbe': (way) => way.lost().awaitsProbe(),
  'queued --> written': (way) => way.answered().written(),
  'queued --> absent': (way) => way.answered().givenUp(),
  'queued --> unresolved': (way) => way.lost().givenUp(),
  'awaitingProbe --> queued': (way) => way.lost().awaitsProbe().probed(),
  'awaitingProbe --> unresolved': (way) => way.lost().awaitsProbe().givenUp(),
  'absent --> unresolved': (way) => way.answered().givenUp().recreated(),
}

class Way {
  readonly fates: Fate[] = []
  readonly #partition = new Partition(noEpochs, false)
  readonly #sent: SentBatch

  constructor() {
    // An entry before it, so that its tombstone stays in the window.
    this.#send()
    this.#sent = this.#send()
    this.#note()
  }

  answered(): this {
    this.#partition.window.answered(this.#sent)
    return this.#note()
  }

  lost(): this {
    this.answered()
    this.#partition.window.noteUnresolved(this.#sent, false, false)
    return this
  }

  sentAgain(): this {
    this.#partition.send(this.#sent.batch, attempt, null)
    return this.#note()
  }

  awaitsProbe(): this {
    this.#partition.window.awaitProbe(this.#sent)
    return this.#note()
  }

  probed(): this {
    this.#partition.window.takeAwaitingProbe()
    return this.#note()
  }

  written(): this {
    this.#partition.written(this.#sent, true)
    return this.#note()
  }

  givenUp(): this {
    this.#partition.giveUp(this.#sent)
    return this.#note()
  }

  recreated(): this {
    this.#partition.recreated(1)
    return this.#note()
  }

  #send(): SentBatch {
    return this.#partition.send(batchOf(), attempt, { id: 7n, epoch: 0 })
  }

  #note(): this {
    this.fates.push(this.#partition.window.entries[1]!.fate)
    return this
  }
}

describe('the fates of a batch', () => {
  test('the fates of a batch are the states and arrows of the diagram in docs/architecture.md', () => {
    const [, diagram] = /### A batch that was sent[\s\S]*?```mermaid\n([\s\S]*?)```/.exec(page)!
    const arrows = [...diagram!.matchAll(/(\w+) --> (\w+)/g)].map(([arrow]) => arrow)
    expect(arrows.toSorted()).toEqual(edges.toSorted())
  })

  test('every fate of a batch is reached on a known way', () => {
    expect(Object.keys(ways).toSorted()).toEqual(edges.toSorted())
  })

  test.each(edges)('%s', (edge) => {
    const way = new Way()
    ways[edge]!(way)
    expect(way.fates.slice(-2).join(' --> ')).toBe(edge)
  })
})
