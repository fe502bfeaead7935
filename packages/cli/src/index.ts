/**
 * The command `sluice` as a function: for programs that call it, and for tests.
 *
 * @packageDocumentation
 */
export type { CliInput, CliIo, CliOutput } from './cli-io.js'
export { exitCode, exitCodeOfSignal, type EndSignal } from './exit-code.js'
export { nodeIo } from './node-io.js'
export { runCli } from './run-cli.js'
