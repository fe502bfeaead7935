import type { ErrorCode } from '@sluice/protocol'
import type { Draw } from '../draw.js'
import type { RequestVerdict, Verdict } from '../verdict.js'

const refusals: readonly ErrorCode[] = [
  'NOT_ENOUGH_REPLICAS',
  'NOT_ENOUGH_REPLICAS',
  'NOT_LEADER_OR_FOLLOWER',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'CORRUPT_MESSAGE',
  'MESSAGE_TOO_LARGE',
  'INVALID_RECORD',
  'TOPIC_AUTHORIZATION_FAILED',
  'KAFKA_STORAGE_ERROR',
  'INVALID_PRODUCER_EPOCH',
  'UNKNOWN_PRODUCER_ID',
]
const afterAppend: readonly ErrorCode[] = [
  'REQUEST_TIMED_OUT',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'NOT_LEADER_OR_FOLLOWER',
  'DUPLICATE_SEQUENCE_NUMBER',
]

/** The records of these retry, and wait, or fail for good. */
const noProducerId: readonly ErrorCode[] = [
  'COORDINATOR_NOT_AVAILABLE',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'NOT_COORDINATOR',
  'REQUEST_TIMED_OUT',
  'UNKNOWN_SERVER_ERROR',
  'CLUSTER_AUTHORIZATION_FAILED',
]

/** What happens to so many requests for a producer id. */
export function drawProducerIdVerdicts(draw: Draw, count: number): RequestVerdict[] {
  return Array.from({ length: count }, (): RequestVerdict => {
    const what = draw.random()
    if (what < 0.5) return { do: 'refuse', code: draw.of(...noProducerId) }
    if (what < 0.65) return { do: 'giveNothing' }
    if (what < 0.8) return { do: 'delay', ms: draw.of(1, 10, 100) }
    return what < 0.95 ? { do: 'lose', served: draw.chance(0.5) } : { do: 'serve' }
  })
}

/** A few verdicts, which a whole run repeats: so the same failures come on top of each other. */
export function drawPalette(draw: Draw): Verdict[] {
  return Array.from({ length: draw.between(1, 3) }, () => drawVerdict(draw))
}

/** What happens to so many requests, one after the other: half of them are served well. */
export function drawVerdicts(
  draw: Draw,
  count: number,
  palette: readonly Verdict[] | null = null,
): Verdict[] {
  return Array.from({ length: count }, () => {
    if (palette === null) return drawVerdict(draw)
    return draw.chance(0.3) ? { do: 'serve' } : draw.of(...palette)
  })
}

function drawVerdict(draw: Draw): Verdict {
  const what = draw.random()
  if (what < 0.3) return { do: 'serve' }
  if (what < 0.5) return { do: 'delay', ms: draw.of(1, 5, 20, 60) }
  if (what < 0.68) return drawRefusal(draw)
  if (what < 0.78) return { do: 'append', code: draw.of(...afterAppend), ...somewhere(draw) }
  if (what < 0.9) return { do: 'lose', served: draw.chance(0.6) }
  if (what < 0.94) return { do: 'serveLate', ms: draw.of(1, 10, 100) }
  return what < 0.97
    ? { do: 'omit', served: draw.chance(0.5) }
    : { do: 'hang', served: draw.chance(0.6) }
}

function drawRefusal(draw: Draw): Verdict {
  const code = draw.of(...refusals)
  const refusal = { do: 'refuse', code, ...somewhere(draw) } as const
  if (code !== 'INVALID_RECORD') return refusal
  return { ...refusal, records: draw.of([], [0], [1], [0, 1]) }
}

/** Mostly at the partition where the batches queue up. */
function somewhere(draw: Draw): { readonly partition?: number } {
  return draw.chance(0.5) ? { partition: 0 } : {}
}
