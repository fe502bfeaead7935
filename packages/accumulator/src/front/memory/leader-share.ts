/** What is remembered of one leader, so that all its partitions are judged together. */
export class LeaderShare {
  /** The generation in which it acknowledged a batch last; −1 before it did. See `Overtaking`. */
  answered = -1
  /** True from when a partition of it was overtaken, and it had answered nothing for as long, until it answers. */
  silent = false
  /** How many unsettled batches were opened for it. */
  batches = 0
}
