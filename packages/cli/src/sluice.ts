import process from 'node:process'
import { exitCode } from './exit-code.js'
import { nodeIo, runCli } from './index.js'

// Who reads the output may go before its end, as `head` does: that is a failure, and no stack trace.
process.stdout.on('error', () => endWith(exitCode.failed))
// Where nobody reads what is told, the exit code still tells it.
process.stderr.on('error', () => {})

void runCli(process.argv.slice(2), nodeIo()).then((code) => {
  // What was read from a terminal or a pipe may stay open: nothing more is wanted of it.
  process.stdin.destroy()
  endWith(code)
})

/** The highest code stands: a signal, or a wrong call, says more than that nobody reads. */
function endWith(code: number): void {
  process.exitCode = Math.max(code, Number(process.exitCode ?? 0))
}
