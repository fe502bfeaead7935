import type { ProducerOptions } from '@sluice/producer'
import { codecNamed } from '../connection/codecs.js'
import { connectionOf } from '../connection/connection.js'
import { partitioners } from '../connection/partitioners.js'
import type { ProduceValues } from './produce-options.js'

const acksNamed = { all: 'all', '1': 1, '0': 0 } as const
const standardRequestTimeoutMs = 30_000
const standardBatchBytes = 65_536

/** The producer that the options of the command ask for. @throws UsageError */
export async function producerOptionsOf(
  values: ProduceValues,
  print: (line: string) => void,
): Promise<ProducerOptions> {
  const compression = await codecNamed(values.compression)
  const { lingerMs, maxBlockMs, bufferBytes, maxRequestBytes } = values
  return {
    ...connectionOf(values, print),
    ...deliveryTimes(values),
    acks: acksNamed[values.acks],
    partitioner: partitioners[values.partitioner](),
    maxRequestBytes,
    // A batch may not be larger than a request.
    batchBytes: Math.min(standardBatchBytes, maxRequestBytes),
    ...(lingerMs === undefined ? {} : { lingerMs }),
    ...(maxBlockMs === undefined ? {} : { maxBlockMs }),
    ...(bufferBytes === undefined ? {} : { bufferBytes }),
    ...(compression === undefined ? {} : { compression }),
  }
}

/** An answer may not take longer than a delivery, so a short time for deliveries shortens that for answers. */
function deliveryTimes({
  deliveryTimeoutMs,
  requestTimeoutMs,
  lingerMs = 0,
}: ProduceValues): Partial<ProducerOptions> {
  if (deliveryTimeoutMs === undefined) return {}
  const most = Math.max(1, deliveryTimeoutMs - lingerMs)
  return {
    deliveryTimeoutMs,
    requestTimeoutMs: requestTimeoutMs ?? Math.min(standardRequestTimeoutMs, most),
  }
}
