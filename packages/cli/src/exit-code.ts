/** What the exit code of the command says. */
export const exitCode = {
  /** Everything that was asked for has happened: all records are acknowledged. */
  done: 0,
  /** Something was not delivered, not readable or not reachable. */
  failed: 1,
  /** The command was called wrongly. Nothing was sent. */
  usage: 2,
} as const

/** The exit code of a command that a signal has ended, as shells have it: 128 and the number of the signal. */
export const exitCodeOfSignal = { SIGINT: 130, SIGTERM: 143 } as const

/** A signal that asks the command to end. */
export type EndSignal = keyof typeof exitCodeOfSignal
