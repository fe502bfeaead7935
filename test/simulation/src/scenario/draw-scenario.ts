import { drawAction } from './draw-action.js'
import { drawCrowd } from './draw-crowd.js'
import { brokers, drawFault } from './draw-fault.js'
import { drawTransactions } from './draw-transactions.js'
import { Draw } from './draw.js'
import type { ProducerSettings, Scenario, TopicSettings } from './scenario.js'
import { drawAcks, drawStorm } from './storm/draw-storm.js'

/** How long a program sends, in ms. */
const programMs = [200, 2_000, 10_000] as const

const kinds = {
  storms: drawStorm,
  transactions: drawTransactions,
  crowds: drawCrowd,
  wide: drawWide,
} as const

/** The kinds of runs. */
export type Kind = keyof typeof kinds

export function isKind(name: string): name is Kind {
  return Object.hasOwn(kinds, name)
}

/** Makes the run of a seed. @param only - a run of this kind, where not the seed is to say which */
export function drawScenario(seed: number, only?: Kind): Scenario {
  const draw = new Draw(seed)
  const kind = kindAt(draw.random())
  return kinds[only ?? kind](draw, seed)
}

/** The storms find more, and sooner; the wide worlds have what a storm has no time for. */
function kindAt(what: number): Kind {
  if (what < 0.62) return 'storms'
  if (what < 0.8) return 'transactions'
  return what < 0.87 ? 'crowds' : 'wide'
}

/** A program of some seconds with everything that a program does, and a world with everything that happens. */
function drawWide(draw: Draw, seed: number): Scenario {
  const topics = drawTopics(draw)
  const forMs = draw.of(...programMs)
  const times = (count: number): number[] =>
    Array.from({ length: count }, () => draw.between(0, forMs)).toSorted((a, b) => a - b)
  return {
    seed,
    brokers,
    produceVersion: draw.of(12, 13, 13),
    producer: drawProducer(draw),
    topics,
    actions: times(draw.between(3, 25)).map((at) => drawAction(draw, at, topics)),
    // A tenth of all runs has no fault at all: what goes wrong there is easy to read.
    faults: draw.chance(0.1)
      ? []
      : times(draw.between(1, 8)).map((at) => drawFault(draw, at, topics, forMs)),
  }
}

function drawTopics(draw: Draw): Record<string, TopicSettings> {
  const topic = (): TopicSettings => ({
    partitions: draw.between(1, 3),
    minInsyncReplicas: draw.of(1, 2, 2),
  })
  return draw.chance(0.5) ? { a: topic() } : { a: topic(), b: topic() }
}

function drawProducer(draw: Draw): ProducerSettings {
  const lingerMs = draw.of(0, 0, 5, 50)
  const requestTimeoutMs = draw.of(300, 1_000, 3_000, 30_000)
  return {
    lingerMs,
    batchBytes: draw.of(1_024, 1_024, 16_384, 65_536),
    batchRecords: draw.of(1, 2, 5, 10_000),
    bufferBytes: draw.of(100_000, 200_000, 33_554_432),
    maxInFlight: draw.between(1, 5),
    requestTimeoutMs,
    deliveryTimeoutMs: lingerMs + requestTimeoutMs * draw.of(1, 2, 4),
    maxBlockMs: draw.of(500, 3_000, 60_000),
    retryBackoffMs: draw.of(10, 100),
    metadataMaxAgeMs: draw.of(1_000, 300_000),
    connectionsMaxIdleMs: draw.of(500, 540_000),
    connectionSetupTimeoutMs: draw.of(500, 10_000),
    ...drawAcks(draw),
    isCompressing: draw.chance(0.2),
  }
}
