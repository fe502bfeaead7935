import { KafkaError, printable } from '@sluice/protocol'
import { parseArguments } from './arguments.js'
import { DemoError } from './demo-error.js'
import { runDemo } from './demo.js'
import { help } from './help.js'

/** Ends by itself when nothing is left to do; nothing here calls `process.exit`. */
async function main(): Promise<void> {
  // Until all is verified, so that an unexpected end does not look like success.
  process.exitCode = 1
  // The program that reads the output may stop before its end (`| head`).
  process.stdout.on('error', () => {})
  const interrupted = onInterrupt()
  try {
    const args = parseArguments(process.argv.slice(2))
    if (args.help) process.stdout.write(help)
    else await runDemo(args, interrupted)
    process.exitCode = 0
  } catch (error) {
    if (interrupted.aborted) process.exitCode = interruptedExitCode
    complain(interrupted.aborted ? 'interrupted' : error)
  }
}

const interruptedExitCode = 130

/** The first Ctrl-C ends the demo in good order, the second one at once. */
function onInterrupt(): AbortSignal {
  const controller = new AbortController()
  const stop = (): void => controller.abort()
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  return controller.signal
}

/** Prints one line without a stack for an error that the user can mend. Any other error is a mistake of the demo and is thrown. */
function complain(error: unknown): void {
  if (typeof error === 'string') process.stderr.write(`${error}\n`)
  else if (error instanceof DemoError || error instanceof KafkaError)
    complain(printable(error.message, 500))
  else throw error
}

void main()
