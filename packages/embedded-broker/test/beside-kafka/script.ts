import type { Side } from './side.js'

/** Requests to send to both clusters. What it returns must be the same. */
export interface Script {
  readonly title: string
  /** Of its topic, by Kafka's names. */
  readonly configs?: Readonly<Record<string, string>>
  run(side: Side): Promise<unknown>
}
