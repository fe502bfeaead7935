import {
  booleanOption,
  describeValue,
  KafkaError,
  longestTimerMs,
  wholeOption,
} from '@sluice/protocol'

/** The options of a sender. All have defaults. */
export interface SenderOptions {
  /** Which replicas must have a batch before the broker answers: 'all' that are in sync, 1 for the leader alone, 0 for none;
   *  then no broker answers.
   *  @defaultValue 'all' */
  readonly acks?: 'all' | 1 | 0
  /** Gives the batches sequences, so that a retry is never written twice and never overtakes (KIP-98).
   *  @defaultValue true with acks 'all', else false */
  readonly idempotent?: boolean
  /** Lets several batches of a partition be in flight at once although they have no sequences: faster, but a batch that is
   *  sent again may come behind later ones. Only without `idempotent`, which keeps the order with five in flight.
   *  @defaultValue false */
  readonly allowReordering?: boolean
  /** Makes the producer transactional: it sends nothing outside of transactions, and fences an earlier producer with the
   *  same id (`transactional.id`). One id for each producer that runs at the same time, the same one after a restart.
   *  @defaultValue none */
  readonly transactionalId?: string
  /** A transaction that is open for longer is aborted by the broker, in ms (`transaction.timeout.ms`). The time begins with
   *  its first record or offset. At most the broker's `transaction.max.timeout.ms`, 900 000 unless that was changed.
   *  @defaultValue 60000 */
  readonly transactionTimeoutMs?: number
  /** What becomes of records that are queued or not answered when their topic is deleted and created again.
   *  'continue': they go to the new topic, in order; what the old one may have taken is sent again, for its log is gone.
   *  'fail': they are rejected with TOPIC_RECREATED, and only what is appended later goes to the new topic. Told by the
   *  topic's id (KIP-516): brokers before 2.8 give none.
   *  @defaultValue 'continue' */
  readonly onTopicRecreated?: 'continue' | 'fail'
  /** The most bytes of record batches in one request. A larger batch goes alone. A record that is larger before it is
   *  compressed is refused with RECORD_TOO_LARGE (`max.request.size`).
   *  @defaultValue 1048576 */
  readonly maxRequestBytes?: number
  /** How long the broker may wait for its replicas, in ms; the network waits as long for the answer.
   *  @defaultValue 30000 */
  readonly requestTimeoutMs?: number
  /** How often a batch is sent again at most (`retries`). It is for who composes a producer in the place of one that counts: an
   *  outage has a length and no number of attempts, so `createProducer` knows `deliveryTimeoutMs` alone. A batch that was
   *  given up may still be in the log: the error says so.
   *  @defaultValue 2147483647 */
  readonly retries?: number
  /** The pause before a batch is sent again doubles from this value, ±20 %, in ms.
   *  @defaultValue 100 */
  readonly retryBackoffMs?: number
  /** The longest such pause, in ms.
   *  @defaultValue 1000 */
  readonly retryBackoffMaxMs?: number
}

/** What is used for options that are left out; `idempotent` follows `acks`. */
export const senderDefaults = {
  acks: 'all',
  transactionTimeoutMs: 60_000,
  onTopicRecreated: 'continue',
  maxRequestBytes: 1_048_576,
  requestTimeoutMs: 30_000,
  retryBackoffMs: 100,
  retryBackoffMaxMs: 1_000,
} as const satisfies SenderOptions

/** `transactionalId` is null where there is none. */
export type ResolvedSenderOptions = Required<Omit<SenderOptions, 'transactionalId'>> & {
  readonly transactionalId: string | null
}

/** @throws KafkaError INVALID_OPTION */
export function resolveSenderOptions(options: SenderOptions): ResolvedSenderOptions {
  const acks = acksOf(options)
  const { idempotent = acks === 'all', allowReordering = false } = options
  booleanOption('idempotent', idempotent)
  booleanOption('allowReordering', allowReordering)
  if (idempotent && acks !== 'all') {
    throw invalid(
      `idempotent: true needs acks: 'all', and acks is ${acks}; leave one of the two out`,
    )
  }
  if (idempotent && allowReordering) {
    throw invalid(
      'allowReordering: true is for idempotent: false; an idempotent producer keeps the order with five batches under way, so leave allowReordering out',
    )
  }
  const transactionalId = transactionalIdOf(options, idempotent)
  const given = (name: keyof typeof senderDefaults): unknown => {
    const { [name]: value = senderDefaults[name] } = options
    return value
  }
  const ms = (name: keyof typeof senderDefaults, min: number): number =>
    wholeOption(name, given(name), min, longestTimerMs)
  const resolved = {
    acks,
    idempotent,
    allowReordering,
    transactionalId,
    transactionTimeoutMs: ms('transactionTimeoutMs', 1),
    onTopicRecreated: onTopicRecreated(options),
    maxRequestBytes: wholeOption('maxRequestBytes', given('maxRequestBytes'), 1_024, 1_073_741_824),
    requestTimeoutMs: ms('requestTimeoutMs', 1),
    retries: retriesOf(options),
    retryBackoffMs: ms('retryBackoffMs', 0),
    retryBackoffMaxMs: ms('retryBackoffMaxMs', 0),
  }
  if (resolved.retryBackoffMaxMs >= resolved.retryBackoffMs) return resolved
  throw invalid(
    `retryBackoffMaxMs (${resolved.retryBackoffMaxMs}) is below retryBackoffMs (${resolved.retryBackoffMs}); raise it`,
  )
}

function acksOf({ acks = senderDefaults.acks }: SenderOptions): 'all' | 1 | 0 {
  if (acks === 'all' || acks === 1 || acks === 0) return acks
  throw invalid(`acks is ${describeValue(acks)}; give 'all', 1 or 0`)
}

function transactionalIdOf(options: SenderOptions, idempotent: boolean): string | null {
  const { transactionalId } = options
  if (transactionalId === undefined) return null
  if (typeof transactionalId !== 'string' || transactionalId === '')
    throw invalid(
      `transactionalId is ${describeValue(transactionalId)}; give the name of this producer, which it keeps after a restart`,
    )
  if (idempotent) return transactionalId
  throw invalid(
    `transactionalId needs idempotent: true and acks: 'all'; leave idempotent and acks out, or transactionalId`,
  )
}

/** A batch cannot be sent so often: without the option its deadline alone counts. */
const unlimited = 2_147_483_647

function retriesOf({ retries = unlimited }: SenderOptions): number {
  return wholeOption('retries', retries, 0, Number.MAX_SAFE_INTEGER)
}

function onTopicRecreated(options: SenderOptions): 'continue' | 'fail' {
  const { onTopicRecreated: choice = senderDefaults.onTopicRecreated } = options
  if (choice === 'continue' || choice === 'fail') return choice
  throw invalid(`onTopicRecreated is ${describeValue(choice)}; give 'continue' or 'fail'`)
}

function invalid(detail: string): KafkaError {
  return new KafkaError('INVALID_OPTION', detail)
}
