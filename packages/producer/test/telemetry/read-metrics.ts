import { gunzipSync } from 'node:zlib'
import { zstd } from '@sluice/protocol/zstd'
import type { TelemetryPush } from '../../src/sending-half/telemetry-channel.js'

interface ReadPoint {
  readonly value: number
  readonly since: bigint | undefined
  readonly labels: Record<string, string>
}

interface ReadMetric {
  readonly name: string
  readonly kind: string
  readonly points: ReadPoint[]
}

type Value = bigint | Buffer
type Message = Map<number, Value[]>

/** Reads what a push tells, by the numbers of OpenTelemetry's `metrics.proto`. */
export function readMetrics({
  compressionType,
  metrics,
}: Pick<TelemetryPush, 'compressionType' | 'metrics'>): {
  readonly resource: Record<string, string>
  readonly metrics: ReadMetric[]
} {
  const resourceMetrics = only(messagesOf(messageOf(plain(compressionType, metrics)), 1))
  const resource = only(messagesOf(resourceMetrics, 1))
  const scope = only(messagesOf(resourceMetrics, 2))
  return { resource: labelsOf(resource, 1), metrics: messagesOf(scope, 2).map(metricOf) }
}

function plain(compressionType: number, metrics: Uint8Array): Buffer {
  if (compressionType === 1) return gunzipSync(metrics)
  if (compressionType === 4) return Buffer.from(zstd().decompress(metrics, 1e6) as Uint8Array)
  return Buffer.from(metrics)
}

function metricOf(metric: Message): ReadMetric {
  const [gauge] = messagesOf(metric, 5)
  const [sum] = messagesOf(metric, 7)
  const temporality = sum === undefined ? '' : ['', 'delta', 'cumulative'][Number(sum.get(2)![0])]
  return {
    name: textOf(metric, 1),
    kind: gauge === undefined ? `${temporality} sum` : 'gauge',
    points: messagesOf((gauge ?? sum)!, 1).map(pointOf),
  }
}

function pointOf(point: Message): ReadPoint {
  const bits = Buffer.alloc(8)
  bits.writeBigUInt64LE(point.get(4)![0] as bigint)
  return {
    value: bits.readDoubleLE(),
    since: point.get(2)?.[0] as bigint | undefined,
    labels: labelsOf(point, 7),
  }
}

function labelsOf(message: Message, field: number): Record<string, string> {
  const pairs = messagesOf(message, field).map((pair) => [
    textOf(pair, 1),
    textOf(only(messagesOf(pair, 2)), 1),
  ])
  return Object.fromEntries(pairs)
}

function messagesOf(message: Message, field: number): Message[] {
  return (message.get(field) ?? []).map((value) => messageOf(value as Buffer))
}

function textOf(message: Message, field: number): string {
  return String(message.get(field)![0])
}

function only<T>(list: readonly T[]): T {
  if (list.length !== 1) throw new Error(`there are ${list.length} where one is expected`)
  return list[0]!
}

/** Any message of Protocol Buffers: its values by the numbers of their fields. */
function messageOf(bytes: Buffer): Message {
  const message: Message = new Map()
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes.readUInt8(at++)
      value += (byte % 128) * scale
      if (byte < 128) return value
    }
  }
  while (at < bytes.length) {
    const tag = varint()
    const values = message.get(tag >> 3) ?? []
    message.set(tag >> 3, values)
    if (tag % 8 === 0) values.push(BigInt(varint()))
    else if (tag % 8 === 1) values.push(bytes.readBigUInt64LE((at += 8) - 8))
    else if (tag % 8 === 2) {
      const length = varint()
      values.push(bytes.subarray(at, (at += length)))
    } else throw new Error(`wire type ${tag % 8}`)
  }
  return message
}
