import type { Producer } from '@sluice/producer'
import type { CliIo } from '../cli-io.js'
import type { StatusLine } from '../terminal/status-line.js'
import type { Stop } from './stop.js'

/** A topic that is there is known in a moment, and a topic that the first question creates in a second or two. */
const patienceMs = 3_000

/** What is needed to tell of a missing topic. */
export interface MissingTopicDeps {
  readonly io: Pick<CliIo, 'clearTimeout' | 'setTimeout'>
  readonly line: Pick<StatusLine, 'print'>
  readonly producer: Pick<Producer, 'partitionsFor'>
  readonly stop: Pick<Stop, 'onStop'>
}

/** Tells once that the cluster names no partitions of the topic. Its records wait for them, and would do so in silence. */
export function tellOfMissingTopic(
  topic: string,
  { io, line, producer, stop }: MissingTopicDeps,
): void {
  const timer = io.setTimeout(
    () =>
      line.print(
        `the cluster has named no partitions of topic ${topic} so far: it may not exist; records wait for a minute, or for --max-block-ms`,
      ),
    patienceMs,
  )
  const forget = stop.onStop(() => io.clearTimeout(timer))
  // Where they are refused, the error of each record says why.
  const known = producer.partitionsFor(topic).catch(() => {})
  void known.then(() => {
    forget()
    io.clearTimeout(timer)
  })
}
