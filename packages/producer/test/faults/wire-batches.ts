import type { EmbeddedCluster, InterceptedCall } from '@sluice/embedded-broker'
import { type WireBatch, wireBatch } from '../../../../test/random-faults/wire-batch.js'

/** One batch as it came to a broker. */
export interface ArrivedBatch extends WireBatch {
  readonly broker: number
  /** Counts the broker's connections, from 1. */
  readonly connection: number
  /** When, by the clock given, ms. */
  readonly at: number
}

/** Every batch of every Produce that arrives from now on, in that order; those that are refused, too. */
export function watchBatches(cluster: EmbeddedCluster): readonly ArrivedBatch[] {
  const seen: ArrivedBatch[] = []
  cluster.intercept('Produce', (call) => void seen.push(...batchesOf(call, performance.now())))
  return seen
}

export function batchesOf(call: InterceptedCall<'Produce'>, at: number): ArrivedBatch[] {
  const { connection, nodeId: broker, request } = call
  return request.topicData.flatMap(({ name, topicId, partitionData }) => {
    const topic = name || (call.topicName(topicId) ?? topicId)
    return partitionData.map(({ index, records }) => ({
      ...wireBatch({ topic, topicId, partition: index }, Buffer.concat(records ?? [])),
      broker,
      connection,
      at,
    }))
  })
}

/** Epoch, sequence and values, in short. */
export function numbersOf(batches: readonly WireBatch[]): [number, number, ...string[]][] {
  return batches.map(({ epoch, sequence, values }) => [epoch, sequence, ...values])
}

/** How many differ in their bytes, header included: of attempts that are the same, one. */
export function distinctBytes(batches: readonly WireBatch[]): number {
  return new Set(batches.map(({ bytes }) => bytes.toString('hex'))).size
}
