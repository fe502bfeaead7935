/** How long the steps of one transaction took, in milliseconds. */
export interface Steps {
  readonly begin: number
  readonly send: number
  readonly commit: number
}

/** A producer with a transactional id, ours or another, that has its producer id already. */
export interface Peer {
  readonly name: string
  /** That many transactions of one record, one after the other. Each sends to the next partition, and awaits the record. */
  run(count: number): Promise<Steps[]>
  close(): Promise<void>
}
