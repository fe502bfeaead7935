import { expect, it } from 'vitest'
import { AccumulatorModel } from './accumulator-model.js'

const sizes = { bufferBytes: 65_536, batchBytes: 4_000, maxBlockMs: 1_000 }
const partitions = 4

/** The same numbers for the same seed. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** The model, and brokers of which some take everything and answer nothing for a while. */
class StuckModel {
  readonly model = new AccumulatorModel(sizes)
  readonly random: (below: number) => number
  readonly stuck = new Set<number>()
  /** After how many steps a partition was held back. */
  heldBack = 0

  constructor(seed: number) {
    this.random = randomNumbers(seed)
    this.lead()
  }

  /** The cluster says who leads the partitions: two brokers, or one. */
  lead(): void {
    const [first, second] = [this.random(2), this.random(2)]
    const known = Array.from({ length: partitions }, (_, partition) => ({
      topic: 'known',
      partition,
      leader: partition < 2 ? first : second,
      leaderEpoch: 0,
      replicas: [0],
      inSyncReplicas: [0],
    }))
    const topics = [{ name: 'known', id: 'first', error: null, partitions: known }]
    this.model.accumulator.queue.publish(topics, null)
  }

  send(): void {
    for (let left = this.random(12); left >= 0; left--)
      this.model.send({
        topic: 'known',
        partition: this.random(partitions),
        size: 8 + this.random(this.random(5) === 0 ? 6_000 : 500),
        heldBytes: [0, 100, 1_500][this.random(3)]!,
        sendsOn: this.random(5) === 0,
      })
  }

  answer(): void {
    this.model.accumulator.runtime.endTurn()
    this.model.drain(1_048_576, false, -1)
    const answered = this.model.inFlight.filter(({ partition }) => !this.stuck.has(partition))
    for (const batch of answered) this.acknowledge(batch)
  }

  acknowledge(batch: AccumulatorModel['inFlight'][number]): void {
    this.model.acknowledge(batch)
    this.model.release(batch)
  }

  step(): void {
    const { model, random, stuck } = this
    const chance = random(100)
    if (chance < 45) this.send()
    else if (chance < 85) this.answer()
    else if (chance < 88) model.accumulator.runtime.advance(random(400))
    else if (chance < 91) this.leave()
    else if (chance < 93) stuck.add(random(partitions - 1))
    else if (chance < 95) stuck.delete(random(partitions))
    else if (chance < 96) this.lead()
    else if (chance < 98) this.time()
    else if (chance < 99) model.flush()
    else if (random(4) === 0) model.abort()
    const topic = model.accumulator.front.forTopic('known')
    if (topic.snapshot!.heldBack !== undefined) this.heldBack++
    model.check()
  }

  leave(): void {
    const { waiting } = this.model
    if (waiting.length > 0) this.model.leave(waiting[this.random(waiting.length)]!)
  }

  /** A batch of a partition that does not answer has waited for too long. */
  time(): void {
    const late = this.model.inFlight.find(({ partition }) => this.stuck.has(partition))
    if (late !== undefined) this.model.fail(late)
  }

  end(): void {
    this.stuck.clear()
    for (let times = 0; times < 1_000 && this.model.accumulator.front.pending; times++)
      this.answer()
  }
}

it('loses, doubles and reorders no record, and holds nothing in the end, however partitions get stuck and answer again', async () => {
  let heldBack = 0
  for (let seed = 0; seed < 5; seed++) {
    const stuck = new StuckModel(seed)
    for (let at = 0; at < 400; at++) stuck.step()
    stuck.end()
    await Promise.resolve()
    await new Promise(setImmediate)
    stuck.model.checkAllGone()
    heldBack += stuck.heldBack
  }
  expect(heldBack).toBeGreaterThan(5 * 100)
})
