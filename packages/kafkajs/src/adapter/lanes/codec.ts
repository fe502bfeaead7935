import { Buffer } from 'node:buffer'
import { createRequire } from 'node:module'
import { type CompressionCodec, KafkaError } from '@sluice/protocol'
import { gzip } from '@sluice/protocol/gzip'
import { zstd } from '@sluice/protocol/zstd'
import type { KafkajsCodec } from 'kafkajs-original/src/protocol/message/compression/index.js'
import { CompressionCodecs } from '../original/constants.js'

type CodecId = CompressionCodec['id']

const names = ['none', 'gzip', 'snappy', 'lz4', 'zstd']

const codecs: Record<number, (() => KafkajsCodec) | undefined> = { ...CompressionCodecs }

/** Our own codecs by the plug-in that stands for them in the map of kafkajs. */
const own = new WeakMap<KafkajsCodec, CompressionCodec>()

/**
 * Puts our codecs into the map of kafkajs, where nothing else stands yet: gzip, and snappy, lz4 and zstd where what they need is
 * installed. So the consumer of kafkajs has them, too. Without it the entry of kafkajs says as before that there is no codec.
 */
export function installCodecs(): void {
  install(1, () => gzip())
  install(2, () => ofPackage('@sluice/codec-snappy', 'snappy'))
  install(3, () => ofPackage('@sluice/codec-lz4', 'lz4'))
  install(4, () => zstd())
}

function install(id: CodecId, make: () => CompressionCodec): void {
  const original = codecs[id]
  let plugIn: KafkajsCodec | undefined
  const map: Record<number, (() => KafkajsCodec) | undefined> = CompressionCodecs
  map[id] = () => (plugIn ??= made(make) ?? original!())
}

/** Nothing where what the codec needs is missing. */
function made(make: () => CompressionCodec): KafkajsCodec | undefined {
  try {
    return plugInOf(make())
  } catch {
    return undefined
  }
}

function ofPackage(name: string, codec: string): CompressionCodec {
  const found: Record<string, () => CompressionCodec> = createRequire(import.meta.url)(name)
  return found[codec]!()
}

/** As large as Java's consumer accepts an answer. */
const maxBytes = 2 ** 30

function plugInOf(codec: CompressionCodec): KafkajsCodec {
  const plugIn: KafkajsCodec = {
    compress: async ({ buffer }) => Buffer.from(await codec.compress(buffer)),
    decompress: async (buffer) => Buffer.from(await codec.decompress(buffer, maxBytes)),
  }
  own.set(plugIn, codec)
  return plugIn
}

/**
 * The plug-in that stands in the map now.
 *
 * @throws KafkaJSNotImplemented where there is none for this kind; TypeError for a kind that does not exist
 */
export function plugInFor(compression: number): KafkajsCodec | null {
  if (compression === 0) return null
  const map: Record<number, (() => KafkajsCodec) | undefined> = CompressionCodecs
  const make = map[compression]
  if (make !== undefined) return make()
  throw new TypeError(`CompressionCodecs has no codec for the compression ${compression}`)
}

/** A codec that compresses each batch by what stands in the map then. */
export function codecOf(compression: number): CompressionCodec | undefined {
  if (!isCodecId(compression)) return undefined
  return {
    id: compression,
    name: names[compression]!,
    compress: (input) => {
      const plugIn = plugInFor(compression)!
      const codec = own.get(plugIn)
      if (codec !== undefined) return codec.compress(input)
      return Promise.resolve(plugIn.compress({ buffer: bufferOf(input) }))
    },
    decompress: () => {
      throw new KafkaError('CODEC_UNAVAILABLE', 'a producer decompresses nothing')
    },
  }
}

function isCodecId(compression: number): compression is CodecId {
  return compression >= 1 && compression <= 4
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}
