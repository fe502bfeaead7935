/** Where the two clusters answer differently: what each says, and why that is so. */
export interface Difference {
  readonly kafka: unknown
  readonly embedded: unknown
  readonly reason: string
}

/** By the title of the script. Everything that is not here is the same; the README sums it up. */
export const differences: Readonly<Record<string, Difference>> = {
  'bytes behind the batch': {
    kafka: [null, 0, 0, -1],
    embedded: ['INVALID_RECORD', -1, -1, -1],
    reason:
      'Kafka overlooks up to eleven bytes; a client that sends them has a fault worth seeing.',
  },
  'an offset delta out of sequence': {
    kafka: [null, 0, 0, -1],
    embedded: ['INVALID_RECORD', -1, 0, -1],
    reason:
      'Kafka numbers the records of an uncompressed batch anew; the embedded log keeps what was sent.',
  },
  'an offset delta out of sequence, compressed': {
    kafka: ['UNKNOWN_SERVER_ERROR', -1, 0, -1],
    embedded: ['INVALID_RECORD', -1, 0, -1],
    reason: 'Kafka stumbles over it; the embedded broker says what is wrong.',
  },
  'a record longer than the batch, compressed': {
    kafka: [null, 0, 0, -1],
    embedded: ['INVALID_RECORD', -1, 0, -1],
    reason: 'Kafka does not look at lengths in compressed batches, and consumers fail later.',
  },
  'metadata of neither a name nor an id': {
    kafka: [['', 'UNKNOWN_SERVER_ERROR', 0]],
    embedded: [[null, 'INVALID_TOPIC_EXCEPTION', 0]],
    reason: 'Kafka stumbles over the null.',
  },
}
