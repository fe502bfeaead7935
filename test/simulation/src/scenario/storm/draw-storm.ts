import { drawFault } from '../draw-fault.js'
import type { Draw } from '../draw.js'
import type { Fault } from '../fault.js'
import type { Action, Scenario, Target, TopicSettings } from '../scenario.js'
import type { Verdict } from '../verdict.js'
import { drawMoments } from './draw-moments.js'
import { drawPalette, drawProducerIdVerdicts, drawVerdicts } from './draw-verdicts.js'

type Topics = Readonly<Record<string, TopicSettings>>

/**
 * A short program that sends bursts of small batches to one partition and a few to another, so that several are in flight, and
 * a world that fails just then, request by request.
 */
export function drawStorm(draw: Draw, seed: number): Scenario {
  const topics: Topics = { a: { partitions: draw.of(1, 1, 2), minInsyncReplicas: 1 } }
  const moments = drawMoments(draw)
  const troubles = drawTroubles(draw, topics)
  return {
    seed,
    brokers: 2,
    produceVersion: draw.of(12, 13, 13),
    producer: drawProducer(draw),
    topics,
    actions: [ahead, ...moments.flatMap((at) => drawBurst(draw, at, topics))],
    faults: [
      ...drawStart(draw),
      ...moments.flatMap((at) => drawTrouble(draw, at, topics, troubles)),
    ],
  }
}

/** One record goes first, so that its answer opens the way for several. */
const ahead: Action = { at: 0, do: 'send', topic: 'a', partition: 0, bytes: 10, count: 1 }

function drawBurst(draw: Draw, at: number, topics: Topics): Action[] {
  const partitions = topics['a']!.partitions
  return Array.from({ length: draw.between(1, 3) }, (_, index) => {
    const partition = draw.chance(0.8) ? 0 : partitions - 1
    const target: Target = { topic: 'a', partition, bytes: 10, count: draw.of(1, 2, 4, 8) }
    return drawSending(draw, at + index * draw.of(0, 0, 1, 4), target)
  })
}

function drawSending(draw: Draw, at: number, target: Target): Action {
  const what = draw.random()
  if (what < 0.8) return { at, do: 'enqueue', ...target }
  if (what < 0.9) return { at, do: 'sendMany', ...target }
  if (what < 0.97) return { at, do: 'abort', afterMs: draw.of(0, 1, 5, 20), ...target }
  return what < 0.98 ? { at, do: 'block', ms: draw.of(5, 300, 2_000) } : { at, do: 'flush' }
}

/** The first producer id comes late. */
function drawStart(draw: Draw): Fault[] {
  if (draw.chance(0.85)) return []
  const verdicts = drawProducerIdVerdicts(draw, draw.between(1, 4))
  return [{ kind: 'requestVerdicts', at: 0, api: 'InitProducerId', verdicts }]
}

/** The few things that go wrong in a run, again and again; null where anything may. */
interface Troubles {
  readonly verdicts: readonly Verdict[]
  readonly more: readonly Fault[]
}

function drawTroubles(draw: Draw, topics: Topics): Troubles | null {
  if (draw.chance(0.5)) return null
  const more = Array.from({ length: draw.between(1, 2) }, () => drawMore(draw, 0, topics))
  return { verdicts: drawPalette(draw), more }
}

/** Requests fail, and sometimes more than they. */
function drawTrouble(draw: Draw, at: number, topics: Topics, troubles: Troubles | null): Fault[] {
  const count = draw.between(1, troubles === null ? 8 : 14)
  const verdicts: Fault[] = draw.chance(0.85)
    ? [{ kind: 'verdicts', at, verdicts: drawVerdicts(draw, count, troubles?.verdicts) }]
    : []
  const more = Array.from({ length: draw.of(0, 0, 1, 1, 2, 4) }, () => {
    const then = at + draw.of(0, 1, 3, 8, 20)
    if (troubles === null) return drawMore(draw, then, topics)
    return { ...draw.of(...troubles.more), at: then }
  })
  return [...verdicts, ...more]
}

function drawMore(draw: Draw, at: number, topics: Topics): Fault {
  const what = draw.random()
  const node = draw.between(0, 1)
  if (what < 0.2) return { kind: 'cut', at, node }
  if (what < 0.4) return { kind: 'moveLeader', at, topic: 'a', partition: 0, node }
  if (what < 0.55) return { kind: 'forgetEarlier', at }
  if (what < 0.7) return { kind: 'recreate', at, topic: 'a', forMs: draw.of(0, 0, 3, 30) }
  if (what < 0.75)
    return {
      kind: 'requestVerdicts',
      at,
      api: 'InitProducerId',
      verdicts: drawProducerIdVerdicts(draw, draw.between(1, 3)),
    }
  const fault = drawFault(draw, at, topics, 200)
  return 'node' in fault ? { ...fault, node } : fault
}

/** Most producers are idempotent, for there most can go wrong. */
export function drawAcks(draw: Draw): Pick<Scenario['producer'], 'acks' | 'idempotent'> {
  const what = draw.random()
  if (what < 0.9) return { idempotent: true }
  return what < 0.94 ? { idempotent: false } : { idempotent: false, acks: draw.of(0, 1) }
}

function drawProducer(draw: Draw): Scenario['producer'] {
  const requestTimeoutMs = draw.of(100, 300, 1_000)
  return {
    lingerMs: 0,
    batchBytes: 1_024,
    batchRecords: draw.of(1, 2, 2, 3),
    bufferBytes: draw.of(200_000, 33_554_432),
    maxInFlight: draw.of(2, 5, 5, 8),
    requestTimeoutMs,
    deliveryTimeoutMs: draw.of(requestTimeoutMs, 2 * requestTimeoutMs, 4_000, 20_000, 20_000),
    maxBlockMs: 3_000,
    retryBackoffMs: draw.of(5, 20, 100),
    retryBackoffMaxMs: 200,
    ...drawAcks(draw),
    isCompressing: draw.chance(0.1),
    metadataMaxAgeMs: draw.of(1_000, 300_000),
    connectionsMaxIdleMs: 540_000,
    connectionSetupTimeoutMs: 500,
    onTopicRecreated: draw.of('continue', 'continue', 'fail'),
  }
}
