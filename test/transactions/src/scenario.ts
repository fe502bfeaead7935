import type { KafkaCluster } from '@sluice/test-kafka'
import type { History } from './judge/history.js'
import type { CommittedView } from './view/committed-view.js'

/** What a scenario is played on. */
export interface Stage {
  readonly kafka: KafkaCluster
  readonly view: CommittedView
  /** A new one for each scenario, with `partitions` partitions; the view looks at it. */
  readonly topic: string
  readonly partitions: number
  readonly random: () => number
  /** How many transactions were asked for on the command line; undefined where nobody asked. */
  readonly transactions: number | undefined
  /** How many brokers `kill-brokers` kills. */
  readonly kills: number
  /** A new name on each call, so that runs on one cluster do not meet. */
  nameOf(what: string): string
}

/** What a scenario has done. What is visible is compared with the history afterwards. */
export interface Played {
  readonly history: History
  /** Figures of this scenario alone, such as `kills 6`. */
  readonly figures: readonly string[]
  /** What was not as it must be. */
  readonly faults: readonly string[]
}

/** One row of the table. */
export interface Scenario {
  readonly name: string
  play(stage: Stage): Promise<Played>
}
