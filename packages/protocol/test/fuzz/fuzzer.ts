import { createContext, runInContext } from 'node:vm'
import { harmOf } from './harm.js'
import { mutate } from './mutations.js'
import { pick, randomOf, type Random } from './random.js'
import type { SwollenShape } from './swollen-frames.js'
import type { FuzzTarget } from './target.js'

/** Between two looks at the clock. */
const runsPerTurn = 200
/** They take a hundred times as long. */
const swollenEvery = 100
const maxPrintedBytes = 65_536

interface Trial {
  readonly target: FuzzTarget
  readonly valid: Buffer
  readonly input: Buffer
}

/** Tries mutated inputs, run after run, and says at the first one that does harm how to have it again. */
export class Fuzzer {
  readonly #seed: number
  readonly #targets: readonly FuzzTarget[]
  readonly #turnTimeoutMs: number
  #runs = 0
  #trial: Trial | null = null

  /** @param turnTimeoutMs - what a turn takes at most; otherwise it takes some milliseconds */
  constructor(seed: number, targets: readonly FuzzTarget[], turnTimeoutMs = 5_000) {
    this.#seed = seed
    this.#targets = targets
    this.#turnTimeoutMs = turnTimeoutMs
  }

  get runs(): number {
    return this.#runs
  }

  /** Some hundred runs. @throws Error where one did harm */
  turn(): void {
    // A decoder that does not come to an end would never let a timer fire: only this can stop it.
    const context = createContext({ run: () => this.#runSome() })
    try {
      runInContext('run()', context, { timeout: this.#turnTimeoutMs })
    } catch (error) {
      throw new Error(`${String(error)}\n${this.#circumstances()}`, { cause: error })
    }
  }

  #runSome(): void {
    for (let left = runsPerTurn; left > 0; left--) {
      this.#trial = this.#trialOf(this.#runs)
      const harm = harmOf(this.#trial.target, this.#trial.input)
      if (harm !== null) throw new Error(harm)
      this.#runs++
    }
  }

  #trialOf(run: number): Trial {
    const random = randomOf(this.#seed, run)
    const target = pick(random, this.#targets)
    const valid = pick(random, target.corpus)
    if (target.shapes && target.shapes.length > 0 && random(swollenEvery) === 0) {
      return { target, valid, input: swollen(random, target.shapes) }
    }
    return { target, valid, input: mutate(random, valid, pick(random, target.corpus)) }
  }

  #circumstances(): string {
    if (this.#trial === null) return ''
    const { target, valid, input } = this.#trial
    return [
      `decoder: ${target.name}`,
      `seed: ${this.#seed}, run: ${this.#runs}`,
      `corpus: ${valid.toString('hex')}`,
      `input: ${input.toString('hex', 0, maxPrintedBytes)} (${input.length} bytes)`,
    ].join('\n')
  }
}

/** From 1 KiB to 16 MiB, as many small ones as large ones; some are cut. */
function swollen(random: Random, shapes: readonly SwollenShape[]): Buffer {
  const bytes = 2 ** (10 + random(14)) + random(1_024)
  const frame = pick(random, shapes).frameOf(bytes)
  return random(4) === 0 ? frame.subarray(0, random(frame.length)) : frame
}
