import type { Task } from '../task.js'

/** How a program is run. */
export interface Command {
  readonly file: string
  readonly args: readonly string[]
  readonly cwd?: string
}

/** A client that takes part. */
export interface PeerClient {
  /** The name for `--clients`, which also means the names that go on with a hyphen. */
  readonly id: string
  /** Which counts of a workload it gets. */
  readonly pace: 'fast' | 'slow'
  /** Names as for `--only`; all workloads where it is left out. */
  readonly workloads?: readonly string[]
  /**
   * Builds and installs what its program needs.
   *
   * @throws Error with the reason why it must be left out
   */
  prepare(): Promise<(task: Task) => Command>
}
