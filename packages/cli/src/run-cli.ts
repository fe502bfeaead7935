import { KafkaError } from '@sluice/producer'
import { printable } from '@sluice/protocol'
import { CommanderError } from 'commander'
import type { CliIo } from './cli-io.js'
import { errorText } from './command-line/error-text.js'
import { exitCode } from './exit-code.js'
import { program } from './program.js'
import { UsageError } from './usage-error.js'

/** A wrong value may be a whole file, given by mistake. */
const longestUsage = 1000

/**
 * Runs the command `sluice`.
 *
 * @param args - what stands behind its name, such as `['produce', '--topic', 'orders']`
 * @returns the exit code. A wrong use is told in one line on stderr.
 */
export async function runCli(args: readonly string[], io: CliIo): Promise<number> {
  let code: number = exitCode.done
  const root = program(io, (result) => (code = result))
  if (args.length === 0) {
    root.outputHelp()
    return exitCode.usage
  }
  try {
    await root.parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCode.done
    const usage = usageMessage(error)
    if (usage === null) throw error
    io.stderr.write(`sluice: ${printable(usage, longestUsage)}\n`)
    return exitCode.usage
  }
}

/** What is wrong with the call, in one line, or null where the error is something else. */
function usageMessage(error: unknown): string | null {
  if (error instanceof UsageError) return error.message
  if (error instanceof KafkaError && error.code === 'INVALID_OPTION')
    return errorText(error).replace(/^INVALID_OPTION: /, '')
  if (!(error instanceof CommanderError)) return null
  const text = error.message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' ')
  return `${withoutValues(text)}; see sluice --help`
}

/** What stands behind a sign of equality in an unknown option may be a secret. */
function withoutValues(text: string): string {
  return text.replace(/(unknown option '--?[^=']*)=.*?'(?= \(|$)/s, "$1'")
}
