import type { Producer } from '@sluice/producer'
import type { CliIo } from '../cli-io.js'
import type { StatusLine } from '../terminal/status-line.js'

/** A topic that is there is known in a moment, and one that is created by the first question in a second or two. */
const patienceMs = 3_000

/** What is needed to tell of a missing topic. */
export interface MissingTopicDeps {
  readonly io: Pick<CliIo, 'clearTimeout' | 'setTimeout'>
  readonly line: Pick<StatusLine, 'print'>
  readonly producer: Pick<Producer, 'partitionsFor'>
}

/** Tells once that the cluster does not have the topic. Its records wait for it, and would do so in silence. */
export function tellOfMissingTopic(topic: string, { io, line, producer }: MissingTopicDeps): void {
  const timer = io.setTimeout(
    () =>
      line.print(
        `the cluster has no topic ${topic} so far; records wait for it for a minute, or for --max-block-ms`,
      ),
    patienceMs,
  )
  // Why it is not known, each record tells.
  const known = producer.partitionsFor(topic).catch(() => {})
  void known.then(() => io.clearTimeout(timer))
}
