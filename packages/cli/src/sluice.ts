import process from 'node:process'
import { nodeIo, runCli } from './index.js'

// Who reads the output may go before its end, as `head` does: that is a failure, and no stack trace.
process.stdout.on('error', () => (process.exitCode = 1))
// Where nobody reads what is told, the exit code still tells it.
process.stderr.on('error', () => {})

void runCli(process.argv.slice(2), nodeIo()).then((code) => {
  // What was read from a terminal or a pipe may stay open: nothing more is wanted of it.
  process.stdin.destroy()
  process.exitCode = Math.max(code, Number(process.exitCode ?? 0))
})
