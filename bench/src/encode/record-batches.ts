import { flattenHeaders, RecordBatchBuilder } from '@sluice/protocol'
import kafkajsRecord from 'kafkajs/src/protocol/recordBatch/record/v0/index.js'
import { RecordBatch as kafkajsBatch } from 'kafkajs/src/protocol/recordBatch/v0/index.js'
import type { Comparison } from './comparison.js'
import { platformaticBatch } from './platformatic-batch.js'
import type { Platformatic } from './platformatic.js'
import {
  firstTimestamp,
  type InputRecord,
  nameOf,
  recordsOf,
  recordsPerBatch,
  type Shape,
} from './records.js'
import { sealed } from './sealed-batch.js'

/** `append` is our part without the header and the CRC of the batch. */
export type BatchParty = 'append' | 'sluice' | 'kafkajs' | 'platformatic'

const lastOffsetDelta = recordsPerBatch - 1

/**
 * The same records, encoded to the same whole batch. The headers are prepared in the form that each encoder takes.
 *
 * @throws Error when the batches differ.
 */
export async function recordBatches(
  shape: Shape,
  peer: Platformatic | null,
): Promise<Comparison<BatchParty>> {
  const records = recordsOf(shape)
  const append = appendAll(records)
  const calls = {
    append,
    sluice: () => sealed(append()),
    kafkajs: () => kafkajs(records),
    platformatic: peer && platformaticBatch(peer, records),
  }
  const theirs = [await calls.kafkajs(), calls.platformatic?.()].map((batch) => batch?.buffer)
  checkSame(calls.sluice(), theirs)
  return { name: nameOf(shape), count: recordsPerBatch, calls }
}

function appendAll(records: InputRecord[]): () => RecordBatchBuilder {
  const storage = new ArrayBuffer(2 ** 22)
  const flat = records.map(({ headers }) =>
    Object.keys(headers).length === 0 ? null : flattenHeaders(headers),
  )
  return () => {
    const batch = new RecordBatchBuilder(storage)
    for (let i = 0; i < recordsPerBatch; i++) {
      const { key, value } = records[i]!
      batch.append(firstTimestamp + i, key, value, flat[i]!)
    }
    return batch
  }
}

/** As its Produce request does for each partition. */
function kafkajs(messages: InputRecord[]): Promise<{ readonly buffer: Buffer }> {
  const records = messages.map((message, i) =>
    kafkajsRecord({ ...message, offsetDelta: i, timestampDelta: i }),
  )
  const maxTimestamp = firstTimestamp + lastOffsetDelta
  return kafkajsBatch({ records, firstTimestamp, maxTimestamp, lastOffsetDelta })
}

/** Compares the records. The headers name the producer and its epoch, which not every encoder lets us set. */
function checkSame([header, payload]: Uint8Array[], theirs: (Buffer | undefined)[]): void {
  for (const batch of theirs) {
    if (batch && !batch.subarray(header!.length).equals(payload!)) {
      throw new Error('the encoders made different records of the same input')
    }
  }
}
