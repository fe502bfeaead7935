import type { Draw } from './draw.js'
import type { Action, Target, TopicSettings } from './scenario.js'

type Topics = Readonly<Record<string, TopicSettings>>

/** Draws one thing that a program does. */
export function drawAction(draw: Draw, at: number, topics: Topics): Action {
  const what = draw.random()
  if (what < 0.4) return { at, do: 'send', ...drawTarget(draw, topics) }
  if (what < 0.52) return { at, do: 'sendMany', ...drawTarget(draw, topics) }
  if (what < 0.7) return { at, do: 'enqueue', ...drawTarget(draw, topics) }
  if (what < 0.78)
    return { at, do: 'abort', afterMs: draw.of(0, 1, 20, 500), ...drawTarget(draw, topics) }
  if (what < 0.86) return { at, do: 'flush' }
  if (what < 0.9) return { at, do: 'restart', timeoutMs: draw.of(0, 50, 1_000, 30_000) }
  if (what < 0.96) return { at, do: 'block', ms: draw.of(5, 300, 2_000, 40_000) }
  return { at, do: 'setClock', ms: draw.of(0, -3_600_000, 1_800_000, -1_767_000_000_000) }
}

function drawTarget(draw: Draw, topics: Topics): Target {
  const topic = draw.of(...Object.keys(topics))
  const size = { topic, bytes: draw.of(10, 10, 100, 1_000), count: draw.of(1, 1, 2, 5, 20) }
  const where = draw.random()
  // Few partitions and keys, so that batches queue up behind each other.
  if (where < 0.4) return { ...size, partition: draw.between(0, topics[topic]!.partitions - 1) }
  return where < 0.7 ? { ...size, key: draw.of('k', 'l', 'm') } : size
}
