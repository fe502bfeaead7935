/** What took the records of a run, as the brokers tell. */
export interface Taken {
  readonly records: bigint
  /** Produce requests; null where the brokers do not count them. */
  readonly requests: number | null
  /** Null where the brokers do not count them. */
  readonly batches: number | null
}

/** The brokers of some workloads, in processes of their own: what is measured is the client's alone. */
export interface Cluster extends AsyncDisposable {
  readonly bootstrapServers: string
  readonly description: string
  createTopic(name: string, partitions: number): Promise<void>
  /** What the topic has taken since it was created. */
  takenBy(topic: string): Promise<Taken>
  /** Each run has a topic of its own, and its records would fill the memory. */
  deleteTopic(name: string): Promise<void>
}
