import { readFileSync } from 'node:fs'
import type { Command, Option } from 'commander'
import type { CliIo } from '../cli-io.js'
import { UsageError } from '../usage-error.js'
import { parseConfig } from './config-file.js'
import { warnIfOpenToOthers } from './secret-file.js'

/**
 * Fills the options that the command line leaves open: from the environment, `SLUICE_TOPIC` for `--topic`, then from the file of
 * `--config`, where the line is `topic = orders`.
 *
 * @param warn - hears of a file with secrets that others can read
 * @throws UsageError for a file that cannot be read, an unknown name, or a wrong value
 */
export function applySettings(
  command: Command,
  env: CliIo['env'],
  warn: (message: string) => void,
): void {
  const path = command.getOptionValue('config') ?? env['SLUICE_CONFIG']
  const config = typeof path === 'string' ? readConfig(command, path, warn) : new Map()
  for (const option of command.options) {
    const source = command.getOptionValueSource(option.attributeName())
    if (source !== undefined && source !== 'default') continue
    const name = nameOf(option)
    const variable = variableOf(name)
    const fromEnv = env[variable]
    if (fromEnv !== undefined && fromEnv !== '')
      setOption(command, option, [fromEnv], `${variable} of the environment`)
    else if (config.has(name)) setOption(command, option, config.get(name), `${name} in ${path}`)
  }
}

/** The variable of the environment for an option: `SLUICE_SASL_USERNAME` for `sasl-username`. */
export function variableOf(name: string): string {
  return `SLUICE_${name.toUpperCase().replaceAll('-', '_')}`
}

function nameOf(option: Option): string {
  return option.long?.slice(2) ?? option.name()
}

function readConfig(
  command: Command,
  path: string,
  warn: (message: string) => void,
): Map<string, string[]> {
  const config = parseConfig(textOf(path), path)
  const known = new Set(allOptions(command).map(nameOf))
  for (const name of config.keys())
    if (!known.has(name))
      throw new UsageError(
        `${path} has the unknown name "${name}"; names are those of the options, without --`,
      )
  if (allOptions(command).some((option) => option.hidden && config.has(nameOf(option))))
    warnIfOpenToOthers(path, warn)
  return config
}

/** One file may serve all commands, so each takes the names of all. */
function allOptions(command: Command): readonly Option[] {
  return (command.parent ?? command).commands.flatMap(({ options }) => options)
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw new UsageError(`cannot read the file ${path} of --config; check its name and its rights`)
  }
}

/** Messages name the place, never the value, which may be a secret. */
function setOption(
  command: Command,
  option: Option,
  texts: readonly string[],
  place: string,
): void {
  try {
    for (const text of texts) {
      const before: unknown = command.getOptionValue(option.attributeName())
      command.setOptionValueWithSource(option.attributeName(), parse(option, text, before), 'env')
    }
  } catch (error) {
    if (error instanceof UsageError) throw error
    const reason = error instanceof Error ? error.message : 'the value is wrong'
    throw new UsageError(`${place}: ${reason}`)
  }
}

function parse(option: Option, text: string, before: unknown): unknown {
  if (option.isBoolean() || option.negate) {
    if (['true', '1', 'yes'].includes(text)) return !option.negate
    if (['false', '0', 'no'].includes(text)) return option.negate
    throw new UsageError(`--${nameOf(option)} is a switch; give true or false`)
  }
  return option.parseArg === undefined ? text : option.parseArg(text, before)
}
