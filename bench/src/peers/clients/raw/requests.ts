import { lz4 } from '@sluice/codec-lz4'
import {
  type CompressionCodec,
  encodeBatchHeader,
  encodeRequest,
  produceApi,
  RecordBatchBuilder,
} from '@sluice/protocol'
import type { BenchRecord } from '../../../pipeline/client.js'
import type { Task } from '../../task.js'
import { recordsOf } from '../records.js'

/** As large as Sluice's own batches. */
const batchBytes = 65_536
const version = 9

/** Produce requests with a batch for each partition. They name no producer, so each may be sent many times. */
export class RawRequests {
  readonly #task: Task
  readonly #recordOf: (i: number) => BenchRecord
  readonly #codec: CompressionCodec | null
  readonly #recordsPerBatch: number

  constructor(task: Task) {
    this.#task = task
    this.#recordOf = recordsOf(task)
    this.#codec = task.lz4 ? lz4() : null
    this.#recordsPerBatch = this.#fill(new ArrayBuffer(batchBytes), Infinity).count
  }

  /** How many records fill the batches of all partitions. */
  get mostRecords(): number {
    return this.#recordsPerBatch * this.#task.partitions
  }

  /** @param records - up to `mostRecords`; the first partitions get the whole batches */
  async ofRecords(records: number): Promise<Buffer> {
    const partitionData = []
    let left = records
    for (let index = 0; left > 0; index++) {
      const count = Math.min(left, this.#recordsPerBatch)
      partitionData.push({ index, records: await this.#batchOf(count) })
      left -= count
    }
    const request = encodeRequest(produceApi, version, 1, 'bench', {
      transactionalId: null,
      acks: -1,
      timeoutMs: 30_000,
      topicData: [{ name: this.#task.topic, partitionData }],
    })
    return Buffer.concat(request)
  }

  async #batchOf(records: number): Promise<[header: Uint8Array, payload: Uint8Array]> {
    const batch = this.#fill(new ArrayBuffer(batchBytes), records)
    const { count, baseTimestamp, maxTimestamp } = batch
    const payload = (await this.#codec?.compress(batch.payload())) ?? batch.payload()
    const codecId: CompressionCodec['id'] | 0 = this.#codec?.id ?? 0
    const fields = { count, baseTimestamp, maxTimestamp, codecId, transactional: false }
    const producer = { producerId: -1n, producerEpoch: -1, baseSequence: -1 }
    return [encodeBatchHeader({ ...fields, ...producer }, payload), payload]
  }

  #fill(storage: ArrayBuffer, most: number): RecordBatchBuilder {
    const batch = new RecordBatchBuilder(storage)
    const now = Date.now()
    const roomForOne = this.#task.valueBytes + 256
    for (let i = 0; i < most && batch.capacity - batch.bytes > roomForOne; i++) {
      const { key, value } = this.#recordOf(i)
      batch.append(now, key, value, null)
    }
    return batch
  }
}
