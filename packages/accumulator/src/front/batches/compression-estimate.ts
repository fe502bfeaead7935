/** The estimate falls by this with each batch that compressed better. */
const fall = 0.005
/** Leaves room for batches that compress a little worse than those before. */
const caution = 1.05

/**
 * Estimates how small the batches of a topic become, as a share of their records. The estimate rises at once to the
 * ratio of the last batch, and falls slowly. Kafka's `CompressionRatioEstimator` rises by at least 0.05, so it swings
 * even when the ratio is steady.
 */
export class CompressionEstimate {
  #ratio = 1

  learn(recordBytes: number, payloadBytes: number): void {
    this.#ratio = Math.max(payloadBytes / recordBytes, this.#ratio - fall)
  }

  /** How many bytes of records become about `payloadBytes`. */
  recordBytesFor(payloadBytes: number): number {
    return Math.max(payloadBytes, Math.floor(payloadBytes / (this.#ratio * caution)))
  }
}
