import type { ErrorCode } from '@sluice/protocol'
import type { Draw } from './draw.js'
import type { Fault, LosableApi, RefusableApi } from './fault.js'
import type { Action, Plan, Scenario, Target } from './scenario.js'
import { drawMoments } from './storm/draw-moments.js'
import { drawVerdicts } from './storm/draw-verdicts.js'
import type { RequestVerdict } from './verdict.js'

const topic = 'a'
const partitions = 3

/** Transactions one after the other, while coordinators and leaders fail. */
export function drawTransactions(draw: Draw, seed: number): Scenario {
  const moments = drawMoments(draw)
  // Half of the runs repeat the same few faults.
  const troubles = draw.chance(0.5)
    ? Array.from({ length: draw.between(1, 3) }, () => drawFault(draw, 0))
    : null
  const requestTimeoutMs = draw.of(100, 300, 1_000)
  return {
    seed,
    brokers: 2,
    produceVersion: draw.of(12, 13, 13),
    transactionVersion: draw.of(0, 1, 2, 2),
    producer: {
      lingerMs: 0,
      batchBytes: 1_024,
      batchRecords: draw.of(1, 2, 5),
      bufferBytes: 33_554_432,
      maxInFlight: 5,
      requestTimeoutMs,
      deliveryTimeoutMs: draw.of(2 * requestTimeoutMs, 4_000),
      maxBlockMs: draw.of(500, 3_000),
      retryBackoffMs: draw.of(5, 20),
      retryBackoffMaxMs: 100,
      metadataMaxAgeMs: 300_000,
      connectionsMaxIdleMs: 540_000,
      connectionSetupTimeoutMs: 500,
    },
    topics: { [topic]: { partitions, minInsyncReplicas: 1 } },
    actions: moments.flatMap((at) => drawActions(draw, at)),
    faults: moments.flatMap((at) => drawTrouble(draw, at, troubles)),
  }
}

function drawActions(draw: Draw, at: number): Action[] {
  const transactions = Array.from({ length: draw.between(1, 3) }, (): Action => {
    return { at, do: 'transact', ...drawPlan(draw) }
  })
  return draw.chance(0.06)
    ? [...transactions, { at: at + draw.of(0, 2, 10), do: 'succeed' }]
    : transactions
}

function drawPlan(draw: Draw): Plan {
  const sends = Array.from({ length: draw.between(0, 3) }, (): Target => ({
    topic,
    partition: draw.between(0, partitions - 1),
    bytes: 10,
    count: draw.of(1, 1, 3),
  }))
  return {
    sends,
    pauseMs: draw.of(0, 0, 2, 10),
    commits: draw.chance(0.75),
    offsets: draw.chance(0.25),
  }
}

const refusals: readonly ErrorCode[] = [
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
  'CONCURRENT_TRANSACTIONS',
  'REQUEST_TIMED_OUT',
  'UNKNOWN_SERVER_ERROR',
  'TRANSACTION_ABORTABLE',
  'INVALID_REQUEST',
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  'INVALID_TXN_STATE',
  'INVALID_PRODUCER_ID_MAPPING',
  'INVALID_PRODUCER_EPOCH',
  'PRODUCER_FENCED',
]

const apis: readonly LosableApi[] = [
  'EndTxn',
  'EndTxn',
  'EndTxn',
  'AddPartitionsToTxn',
  'InitProducerId',
  'FindCoordinator',
  'AddOffsetsToTxn',
  'TxnOffsetCommit',
]

function drawTrouble(draw: Draw, at: number, troubles: readonly Fault[] | null): Fault[] {
  return Array.from({ length: draw.between(0, 3) }, () => {
    const then = at + draw.of(0, 1, 3, 9)
    return troubles === null ? drawFault(draw, then) : { ...draw.of(...troubles), at: then }
  })
}

const refusable: readonly RefusableApi[] = [
  'EndTxn',
  'EndTxn',
  'AddPartitionsToTxn',
  'InitProducerId',
  'FindCoordinator',
  'AddOffsetsToTxn',
  'TxnOffsetCommit',
]

function drawRefusals(draw: Draw, at: number): Fault {
  const verdicts = Array.from({ length: draw.between(1, 4) }, (): RequestVerdict => {
    const what = draw.random()
    if (what < 0.5) return { do: 'refuse', code: draw.of(...refusals) }
    if (what < 0.65) return { do: 'lose', served: draw.chance(0.5) }
    return what < 0.85 ? { do: 'serveLate', ms: draw.of(1, 10, 50) } : { do: 'serve' }
  })
  return { kind: 'requestVerdicts', at, api: draw.of(...refusable), verdicts }
}

function drawFault(draw: Draw, at: number): Fault {
  const what = draw.random()
  const node = draw.between(0, 1)
  if (what < 0.1) return drawRefusals(draw, at)
  if (what < 0.17) return { kind: 'verdicts', at, verdicts: drawVerdicts(draw, 3) }
  if (what < 0.35)
    return { kind: 'loseAnswer', at, api: draw.of(...apis), served: draw.chance(0.6), times: 1 }
  if (what < 0.5)
    return {
      kind: 'serveLate',
      at,
      api: draw.of('EndTxn', 'EndTxn', 'AddPartitionsToTxn'),
      ms: draw.of(1, 10, 50),
    }
  if (what < 0.58) return { kind: 'hang', at, api: draw.of(...apis), served: true, times: 1 }
  if (what < 0.7)
    return { kind: 'moveCoordinator', at, node: draw.of(-1, node, node), forMs: draw.of(3, 30) }
  if (what < 0.82) return { kind: 'holdMarkers', at, forMs: draw.of(3, 20, 100) }
  if (what < 0.88) return { kind: 'timeOutTransaction', at }
  if (what < 0.94) return { kind: 'cut', at, node }
  return { kind: 'moveLeader', at, topic, partition: draw.between(0, partitions - 1), node }
}
