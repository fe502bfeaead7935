/** What the estimate falls by with each batch that compressed better. */
const fall = 0.005
/** Room for batches that compress a little worse than the ones before. */
const caution = 1.05

/**
 * How small the batches of a topic become, as a share of their records: it rises at once to what was seen, and falls
 * slowly. Kafka's `CompressionRatioEstimator` rises by at least 0.05, which makes it swing where the ratio is steady.
 */
export class CompressionEstimate {
  #ratio = 1

  learn(recordBytes: number, payloadBytes: number): void {
    this.#ratio = Math.max(payloadBytes / recordBytes, this.#ratio - fall)
  }

  /** So many bytes of records become about `payloadBytes`. */
  recordBytesFor(payloadBytes: number): number {
    return Math.max(payloadBytes, Math.floor(payloadBytes / (this.#ratio * caution)))
  }
}
