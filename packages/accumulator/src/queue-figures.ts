/** The unsettled batches of one partition at one moment. */
export interface QueueFigures {
  /** The name of the topic. */
  readonly topic: string
  /** The number of the partition. */
  readonly partition: number
  /** The id of the broker that leads it by the newest metadata; null where none does. */
  readonly leader: number | null
  /** Records that have not settled. */
  readonly records: number
  /** Bytes of its batches: the records of the open batch, and the buffers of the sealed ones. */
  readonly bytes: number
  /** Batches that take no more records, and wait or are in flight. */
  readonly sealedBatches: number
  /** How full the open batch is, from 0 to 1; null where none is open. */
  readonly openShare: number | null
  /** For how long the oldest of its batches has existed, in ms. */
  readonly oldestMs: number
}
