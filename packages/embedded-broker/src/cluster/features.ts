import {
  highestTransactionVersion,
  requireFeatureLevel,
  transactionVersion,
} from '../feature-levels.js'

/** The features that the cluster has finalized (KIP-584), with their levels. A test can change them. */
export class FinalizedFeatures {
  /** How often they have changed. */
  epoch = 0n
  #levels: Readonly<Record<string, number>>

  constructor(levels: Readonly<Record<string, number>>) {
    this.#levels = { ...levels }
  }

  get levels(): Readonly<Record<string, number>> {
    return this.#levels
  }

  get transactionVersion(): number {
    return this.#levels[transactionVersion] ?? 0
  }

  set(name: string, level: number): void {
    requireFeatureLevel(name, level)
    this.#levels = { ...this.#levels, [name]: level }
    this.epoch++
  }

  /** The highest level that the brokers support. */
  supported(name: string): number {
    const level = this.#levels[name] ?? 0
    return name === transactionVersion ? highestTransactionVersion : level
  }
}
