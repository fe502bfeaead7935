import type { KafkaError } from '@sluice/protocol'
import type { Waiter } from '../../accumulator-front.js'
import type { Link, LinkedList } from '../lists/linked-list.js'

/** What this room must know of a topic. */
export interface WaitingTopic {
  readonly name: string
  /** Whether its metadata is known. */
  readonly ready: boolean
  /** Set while the cluster refuses the topic for good. */
  readonly refusal: KafkaError | null
  /** The places of the waiters that wait for its metadata. */
  readonly forMetadata: LinkedList<Place>
  /** The error of a waiter whose wait for the metadata was too long. */
  metadataTimeout(waitedMs: number): KafkaError
}

/** The place of one waiter: first in the line for the metadata of its topic, then in the one line for memory. */
export class Place {
  readonly waiter: Waiter
  readonly topic: WaitingTopic
  /** When the waiter joined, in monotonic milliseconds. */
  readonly since: number
  /** Counts all waiters that ever joined. */
  readonly number: number
  /** Among all waiters, in the order of joining. */
  inAll: Link<Place> | null = null
  /** In the line for metadata or for memory. */
  inLine: Link<Place> | null = null

  constructor(waiter: Waiter, topic: WaitingTopic, since: number, number: number) {
    this.waiter = waiter
    this.topic = topic
    this.since = since
    this.number = number
  }
}
