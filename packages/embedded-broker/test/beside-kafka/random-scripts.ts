import { seededRandom } from '@sluice/protocol/testing'
import type { TransactionalProducer } from '../transactional-producer.js'
import type { Script } from './script.js'
import type { Side } from './side.js'
import { ended, fetched, producerOn, quiet } from './transactions.js'

const seeds = [1, 2, 3, 4, 5, 6, 7, 8]
const steps = 60

/** Two instances with one transactional id, and the numbers that decide what they do next. */
class Play {
  readonly #random: () => number
  readonly #instances: readonly TransactionalProducer[]
  readonly #sequences = new Map<string, number>()
  readonly #group: string

  constructor(seed: number, instances: readonly TransactionalProducer[], group: string) {
    this.#random = seededRandom(seed)
    this.#instances = instances
    this.#group = group
  }

  /** What was asked, and the answer. */
  async step(): Promise<unknown> {
    const producer = this.#instances[this.#below(5) === 0 ? 1 : 0]!
    // Seldom it says that it is of another epoch than its own.
    const step = [0, 0, 0, 0, 0, 0, -1, 1][this.#below(8)]!
    const producerEpoch = Math.max(0, producer.producerEpoch + step)
    const request = this.#below(20)
    if (request < 2) return this.#init(producer, producerEpoch)
    if (request < 5) return ['add', step, await ended(() => producer.add([0], { producerEpoch }))]
    if (request < 12) return this.#produce(producer, producerEpoch)
    if (request < 15) return this.#offsets(producer, producerEpoch)
    return this.#end(producer, producerEpoch)
  }

  async #init(producer: TransactionalProducer, producerEpoch: number): Promise<unknown> {
    const goesOn = this.#below(2) === 0 && producer.producerId >= 0n
    const mine = goesOn ? { producerId: producer.producerId, producerEpoch } : {}
    return ['init', goesOn, await producer.initUntilDone(mine)]
  }

  async #produce(producer: TransactionalProducer, producerEpoch: number): Promise<unknown> {
    const version = [10, 11, 12, 12][this.#below(4)]!
    const key = `${producer.producerId}/${producerEpoch}`
    const next = this.#sequences.get(key) ?? 0
    const sequence = Math.max(0, next + [0, 0, 0, 0, 0, -1, 1][this.#below(7)]!)
    const options = { version, producerEpoch }
    const answer = await ended(() => producer.produce(sequence, options))
    if (Array.isArray(answer) && answer[0] === null) this.#sequences.set(key, sequence + 1)
    return ['produce', version, producerEpoch, sequence, answer]
  }

  async #offsets(producer: TransactionalProducer, producerEpoch: number): Promise<unknown> {
    const version = [3, 4, 5][this.#below(3)]!
    const options = { producerEpoch }
    if (this.#below(3) === 0) {
      return ['addOffsets', await ended(() => producer.addOffsets(this.#group, options))]
    }
    const commit = () => producer.commitOffsets(this.#group, 1n, { ...options, version })
    return ['commitOffsets', version, await ended(commit)]
  }

  async #end(producer: TransactionalProducer, producerEpoch: number): Promise<unknown> {
    const version = [3, 4, 5, 5][this.#below(4)]!
    const committed = this.#below(3) > 0
    const { producerId } = producer
    const options = { version, producerId, producerEpoch }
    const answer = await producer.end(committed, options)
    const error = Array.isArray(answer) ? (answer[0] as unknown) : answer
    // Only when the markers are written do both clusters stand at the same place.
    if (error === null) await ended(() => producer.end(committed, options))
    return ['end', version, committed, producerEpoch, answer]
  }

  #below(count: number): number {
    return Math.floor(this.#random() * count)
  }
}

/** Requests in any order, of both versions, of a producer and its zombie, with epochs and sequences that may be wrong. */
export const randomScripts: Script[] = seeds.map((seed) => ({
  title: `transactions as chance has them, seed ${seed}`,
  run: async (side: Side) => {
    const instances = [await producerOn(side), await producerOn(side)]
    const play = new Play(seed, instances, `group-${side.topic}`)
    const answers = [await instances[0]!.init()]
    for (let step = 0; step < steps; step++) answers.push(await play.step())
    answers.push(await instances[0]!.initUntilDone())
    await quiet(side)
    return [...answers, await fetched(side, instances[0]!)]
  },
}))
