import { drawFault } from './draw-fault.js'
import type { Draw } from './draw.js'
import type { Fault } from './fault.js'
import type { Action, Scenario, Target } from './scenario.js'
import { drawMoments } from './storm/draw-moments.js'
import { drawVerdicts } from './storm/draw-verdicts.js'

const topic = 'a'
const partitions = 3

/** More records, large and small, than there is memory for, so that many wait for what batches give back. */
export function drawCrowd(draw: Draw, seed: number): Scenario {
  const moments = drawMoments(draw)
  const requestTimeoutMs = draw.of(100, 300, 1_000)
  const topics = { [topic]: { partitions, minInsyncReplicas: 1 } }
  return {
    seed,
    brokers: 2,
    produceVersion: draw.of(12, 13, 13),
    producer: {
      lingerMs: draw.of(0, 0, 5),
      batchBytes: draw.of(1_024, 4_096, 16_384),
      batchRecords: draw.of(1, 5, 10_000),
      bufferBytes: draw.of(65_536, 100_000),
      maxInFlight: 5,
      requestTimeoutMs,
      deliveryTimeoutMs: draw.of(2 * requestTimeoutMs, 4_000),
      maxBlockMs: draw.of(50, 200, 1_000, 3_000),
      retryBackoffMs: draw.of(5, 20),
      retryBackoffMaxMs: 200,
      metadataMaxAgeMs: 300_000,
      connectionsMaxIdleMs: 540_000,
      connectionSetupTimeoutMs: 500,
      isCompressing: draw.chance(0.2),
    },
    topics,
    actions: moments.flatMap((at) => drawSends(draw, at)),
    faults: moments.flatMap((at): Fault[] => [
      { kind: 'verdicts', at, verdicts: drawVerdicts(draw, draw.between(1, 6)) },
      ...(draw.chance(0.4) ? [onTwoBrokers(drawFault(draw, at, topics, 200))] : []),
    ]),
  }
}

function onTwoBrokers(fault: Fault): Fault {
  return 'node' in fault ? { ...fault, node: fault.node % 2 } : fault
}

function drawSends(draw: Draw, at: number): Action[] {
  return Array.from({ length: draw.between(2, 6) }, (_, index) =>
    drawSend(draw, at + index * draw.of(0, 0, 1), drawTarget(draw)),
  )
}

function drawTarget(draw: Draw): Target {
  const where = draw.chance(0.7) ? { partition: draw.between(0, partitions - 1) } : {}
  return draw.chance(0.4)
    ? { topic, ...where, bytes: draw.of(5_000, 15_000), count: draw.of(1, 2, 3) }
    : { topic, ...where, bytes: draw.of(10, 500), count: draw.of(1, 5, 20) }
}

function drawSend(draw: Draw, at: number, target: Target): Action {
  const what = draw.random()
  if (what < 0.4) return { at, do: 'send', ...target }
  if (what < 0.6) return { at, do: 'sendMany', ...target }
  if (what < 0.8) return { at, do: 'enqueue', ...target }
  if (what < 0.93) return { at, do: 'abort', afterMs: draw.of(0, 1, 5, 50), ...target }
  return what < 0.97 ? { at, do: 'flush' } : { at, do: 'restart', timeoutMs: draw.of(0, 50) }
}
