import type { ProducerOptions } from '@sluice/producer'
import { codecNamed } from '../connection/codecs.js'
import type { ConnectionLog } from '../connection/connection-log.js'
import { connectionOf } from '../connection/connection.js'
import { partitioners } from '../connection/partitioners.js'
import type { StatusLine } from '../terminal/status-line.js'
import type { SendingValues } from './sending-options.js'

const acksNamed = { all: 'all', '1': 1, '0': 0 } as const
const standardRequestTimeoutMs = 30_000
const leastBatchBytes = 65_536

/** What a command adds to its options. */
export interface SendingDeps {
  /** How large a batch becomes, unless the options say otherwise. */
  readonly batchBytes: number
  readonly line: StatusLine
  readonly log: ConnectionLog
}

/** The producer that the options of the command ask for. @throws UsageError */
export async function producerOptionsOf(
  values: SendingValues,
  { batchBytes, line, log }: SendingDeps,
): Promise<ProducerOptions> {
  const compression = await codecNamed(values.compression)
  const { lingerMs, maxBlockMs, bufferBytes, maxRequestBytes } = values
  return {
    ...connectionOf(values, line, log),
    ...deliveryTimes(values),
    acks: acksNamed[values.acks],
    partitioner: partitioners[values.partitioner](),
    maxRequestBytes,
    batchBytes: values.batchBytes ?? fittingBatchBytes(batchBytes, values),
    ...(lingerMs === undefined ? {} : { lingerMs }),
    ...(maxBlockMs === undefined ? {} : { maxBlockMs }),
    ...(bufferBytes === undefined ? {} : { bufferBytes }),
    ...(compression === undefined ? {} : { compression }),
  }
}

/** A batch may not be larger than a request, and several have room in the buffer, so that one is filled while others are on their way. */
function fittingBatchBytes(
  batchBytes: number,
  { maxRequestBytes, bufferBytes = Infinity }: SendingValues,
): number {
  return Math.min(
    batchBytes,
    maxRequestBytes,
    Math.max(leastBatchBytes, Math.floor(bufferBytes / 16)),
  )
}

/** An answer may not take longer than a delivery, so a short time for deliveries shortens that for answers. */
function deliveryTimes({
  deliveryTimeoutMs,
  requestTimeoutMs,
  lingerMs = 0,
}: SendingValues): Partial<ProducerOptions> {
  if (deliveryTimeoutMs === undefined) return {}
  const most = Math.max(1, deliveryTimeoutMs - lingerMs)
  return {
    deliveryTimeoutMs,
    requestTimeoutMs: requestTimeoutMs ?? Math.min(standardRequestTimeoutMs, most),
  }
}
