import { Buffer } from 'node:buffer'
import {
  type HeaderValue,
  isBytes,
  type ProducerRecord,
  type RecordContent,
} from '@sluice/protocol'
import type { IHeaders, Message } from 'kafkajs-original'

/** One message as the producer takes it. */
export class OutgoingRecord implements ProducerRecord {
  readonly topic: string
  readonly value: RecordContent
  readonly key: RecordContent
  readonly timestamp: number
  readonly partition: number | undefined
  readonly headers: [string, HeaderValue][]

  /**
   * @param partition - what a partitioner of the program has chosen; undefined leaves it to the producer
   * @param now - for a message without a timestamp, in ms since 1970
   * @throws TypeError for contents that are neither text nor bytes, SyntaxError for a timestamp that is no number, as kafkajs does
   */
  constructor(topic: string, message: Message, partition: number | undefined, now: number) {
    this.topic = topic
    this.key = contentOf(message.key)
    this.value = contentOf(message.value)
    this.timestamp = message.timestamp ? millisecondsOf(message.timestamp) : now
    this.partition = partition
    this.headers = message.headers ? headersOf(message.headers) : noHeaders
  }
}

const noHeaders: [string, HeaderValue][] = []

function contentOf(content: unknown): RecordContent {
  if (typeof content === 'string' || content === null || isBytes(content)) return content
  if (content === undefined) return null
  // What is left makes kafkajs throw, which measures all contents so: the same error comes from here.
  Buffer.byteLength(content as string)
  throw new TypeError('a key, a value and a header are text or bytes')
}

function millisecondsOf(timestamp: unknown): number {
  const number = Number(timestamp)
  if (Number.isSafeInteger(number)) return number
  return Number(BigInt(timestamp as string))
}

/** A value that is an array stands for several headers of one name. One that is undefined is no header. */
function headersOf(headers: IHeaders): [string, HeaderValue][] {
  const flat: [string, HeaderValue][] = []
  for (const [name, value] of Object.entries(headers)) {
    if (Array.isArray(value)) for (const one of value) addHeader(flat, name, one)
    else addHeader(flat, name, value)
  }
  return flat
}

function addHeader(to: [string, HeaderValue][], name: string, value: unknown): void {
  if (value !== undefined) to.push([name, contentOf(value)])
}
