/** One attempt to send a batch: when, to which broker, and for which topic. It never changes. */
export interface Attempt {
  /** When the batch was handed to the connection, in monotonic ms. */
  readonly at: number
  /** The broker's id. */
  readonly node: number
  /** The number of the connection to the broker. */
  readonly connection: number
  /** −1 where the metadata gives none. */
  readonly leaderEpoch: number
  /** The topic's id in the metadata; `zeroUuid` where the cluster gives none. */
  readonly topicId: string
  /** How often the topic had been created again until then. */
  readonly recreations: number
}

/** An attempt that ended without a proof that the batch was not written. */
export interface UnresolvedAttempt {
  readonly attempt: Attempt
  /** Whether the request named the topic by its name: then any topic that has had the name since may have the batch. */
  readonly byName: boolean
}

/** Whether both attempts went to one leader in one term, and to one log. */
export function isSameLeader(a: Attempt, b: Attempt): boolean {
  if (a.recreations !== b.recreations || a.leaderEpoch !== b.leaderEpoch) return false
  return a.leaderEpoch >= 0 || a.connection === b.connection
}

/** Whether both attempts by id went to the log of the same topic, at the same time of its life. */
export function isSameLog(a: Attempt, b: Attempt): boolean {
  return a.topicId === b.topicId && a.recreations === b.recreations
}
