import { basename, delimiter, join } from 'node:path'
import { archiveFlags } from './class-archive.js'
import { runCommand } from './command.js'
import { compiledProgram } from './compiled-program.js'
import { fetchKafka } from './fetch-kafka.js'

// The first compiler is enough for processes that live for seconds, and starts them faster.
const quickStart = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xshare:auto']

/** Runs a class of Kafka's, or a Java source file, with Kafka's jars; returns what it prints. */
export async function runJava(program: string, args: readonly string[]): Promise<string> {
  return runCommand('java', [...(await programArguments(await fetchKafka(), program)), ...args])
}

/** The arguments of `java` up to those of the program. @param program - a class of Kafka's, or a Java source file */
export async function programArguments(libs: string, program: string): Promise<string[]> {
  if (!program.endsWith('.java')) return [...javaArguments(libs, 'error'), program]
  const classes = await compiledProgram(libs, program)
  return [...javaArguments(libs, 'error', [], [classes]), basename(program, '.java')]
}

/**
 * The arguments of `java` up to the class to run.
 *
 * @param classes - folders of further classes
 */
export function javaArguments(
  libs: string,
  logLevel: 'info' | 'error',
  flags: readonly string[] = [],
  classes: readonly string[] = [],
): string[] {
  const log = { defaultLogLevel: logLevel, showDateTime: 'true', dateTimeFormat: 'HH:mm:ss.SSS' }
  const logging = Object.entries(log).map(
    ([name, value]) => `-Dorg.slf4j.simpleLogger.${name}=${value}`,
  )
  const start = [...quickStart, ...archiveFlags(libs)]
  return [...start, ...logging, ...flags, '-cp', [join(libs, '*'), ...classes].join(delimiter)]
}
