import type {
  BatchMessage,
  ConnectionMessage,
  MetadataMessage,
  ProducerMetrics,
  RequestMessage,
  TransactionMessage,
} from '@sluice/producer'
import type { InspectedStatus } from '../inspected-producer.js'
import { Brokers } from './brokers.js'
import { EventLog } from './event-log.js'
import { LatencySample } from './latency-sample.js'
import { LeaderMoves } from './leader-moves.js'
import { noQueues, QueueSums } from './queues.js'
import { RateWindow } from './rate-window.js'
import { reasons } from './reasons.js'
import { Silences } from './silences.js'
import type { Percentiles, Rates, RecordTotals, Snapshot, Transactions } from './snapshot.js'
import { Topics } from './topics.js'
import { Troubles } from './troubles.js'

/** Events in, snapshots out: nothing here knows of channels, timers or the network. Times are milliseconds since 1970. */
export class PipelineModel {
  readonly #brokers = new Brokers()
  readonly #topics = new Topics()
  readonly #latency = new LatencySample()
  readonly #leaders = new LeaderMoves()
  readonly #queues = new QueueSums()
  readonly #troubles = new Troubles()
  readonly #silences = new Silences()
  readonly #rates = new RateWindow<keyof Rates>()
  readonly #log = new EventLog()
  #transactions: Transactions | null = null
  #isFirst = true

  batch(message: BatchMessage): void {
    this.#troubles.batch(message)
  }

  request(message: RequestMessage, now: number): void {
    this.#brokers.request(message, now)
    const { api, errorCode, durationMs, throttleMs, node } = message
    if (api === 'Produce' && errorCode === null) this.#latency.add(now, durationMs)
    if (throttleMs > 0)
      this.#log.add(now, 'throttle', `broker ${node} wants to be sent nothing for ${throttleMs} ms`)
  }

  connection(message: ConnectionMessage, now: number): void {
    this.#brokers.connection(message)
    const { state, node, address, errorCode } = message
    const whose = node < 0 ? `bootstrap server ${address}` : `broker ${node} (${address})`
    const why = errorCode === null ? '' : `: ${errorCode}`
    if (state === 'ready') this.#log.add(now, 'connection', `connected to ${whose}`)
    if (state === 'closed')
      this.#log.add(now, 'connection', `the connection to ${whose} was closed${why}`)
  }

  metadata({ brokers, topics, version }: MetadataMessage, now: number): void {
    const text = `metadata ${version}: brokers: ${brokers}, topics: ${topics}`
    this.#log.add(now, 'metadata', text)
  }

  transaction({ state, transaction, errorCode }: TransactionMessage, now: number): void {
    const { committed = 0, aborted = 0 } = this.#transactions ?? {}
    this.#transactions = {
      isOpen: state === 'begun',
      committed: committed + (state === 'committed' ? 1 : 0),
      aborted: aborted + (state === 'aborted' ? 1 : 0),
    }
    if (state === 'aborted' || state === 'lost')
      this.#log.add(
        now,
        'transaction',
        `transaction ${transaction} was ${state}: ${errorCode ?? 'asked for'}`,
      )
  }

  snapshot(metrics: ProducerMetrics, { ready, reason }: InspectedStatus, now: number): Snapshot {
    const { bufferTotalBytes: total, bufferAvailableBytes: free } = metrics
    const queues = this.#queues.of(metrics.queues ?? noQueues)
    this.#noteTroubles(metrics, queues.fullest, now)
    const brokers = this.#brokers.snapshot(metrics.brokers, now)
    for (const text of this.#silences.seen(brokers)) this.#log.add(now, 'silence', text)
    const { waitingRecords, waitingBytes } = metrics
    const topics = this.#topics.snapshot(metrics.topics, now)
    return {
      at: now,
      producer: metrics.producer,
      reason,
      isReady: ready,
      records: recordTotals(metrics),
      rates: this.#rates.add(now, ratedTotals(metrics)),
      memory: { total, used: total - free, waiting: waitingBytes },
      latency: { ...percentiles(metrics, 'requestLatency'), buckets: this.#latency.read(now) },
      queueTime: percentiles(metrics, 'recordQueueTime'),
      queues,
      brokers,
      topics,
      otherTopics: Object.keys(metrics.topics).length - topics.length,
      transactions: this.#transactions,
      reasons: reasons({
        brokers,
        queues,
        waitingRecords,
        freeShare: total > 0 ? free / total : 1,
      }),
      events: this.#log.events,
    }
  }

  #noteTroubles(
    metrics: ProducerMetrics,
    queues: Parameters<LeaderMoves['seen']>[0],
    now: number,
  ): void {
    const retries = this.#troubles.retries(metrics)
    if (retries !== null) this.#log.add(now, 'retry', retries)
    for (const text of this.#troubles.failures(metrics, this.#isFirst))
      this.#log.add(now, 'failure', text)
    for (const text of this.#leaders.seen(queues)) this.#log.add(now, 'leader', text)
    this.#isFirst = false
  }
}

function recordTotals(metrics: ProducerMetrics): RecordTotals {
  return {
    sent: metrics.recordSendTotal,
    acknowledged: metrics.recordAckTotal,
    failed: metrics.recordErrorTotal,
    retried: metrics.recordRetryTotal,
    pending: metrics.recordsPending,
    waiting: metrics.waitingRecords,
    oldestMs: metrics.oldestPendingMs ?? null,
    errors: { ...metrics.recordErrors },
  }
}

function ratedTotals(metrics: ProducerMetrics): Rates {
  return {
    sent: metrics.recordSendTotal,
    acknowledged: metrics.recordAckTotal,
    failed: metrics.recordErrorTotal,
    retried: metrics.recordRetryTotal,
    requests: metrics.requestTotal,
    bytesOut: metrics.outgoingByteTotal,
  }
}

function percentiles(
  metrics: ProducerMetrics,
  name: 'requestLatency' | 'recordQueueTime',
): Percentiles {
  return {
    p50: metrics[`${name}P50`] ?? null,
    p95: metrics[`${name}P95`] ?? null,
    p99: metrics[`${name}P99`] ?? null,
    max: metrics[`${name}Max`] ?? null,
  }
}
