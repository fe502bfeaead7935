import { delimiter, join } from 'node:path'
import { runCommand } from './command.js'
import { fetchKafka } from './fetch-kafka.js'

// The first compiler is enough for processes that live for seconds, and starts them faster.
const quickStart = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xshare:auto']

/** Runs a class of Kafka's, or a Java source file, with Kafka's jars; returns what it prints. */
export async function runJava(program: string, args: readonly string[]): Promise<string> {
  const java = javaArguments(await fetchKafka(), 'error')
  return runCommand('java', [...java, program, ...args])
}

/**
 * The arguments of `java` up to the class, or the source file, to run.
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
  return [...quickStart, ...logging, ...flags, '-cp', [join(libs, '*'), ...classes].join(delimiter)]
}

/** Compiles Java source files against Kafka's jars into a folder. */
export async function compileJava(
  libs: string,
  sources: readonly string[],
  folder: string,
): Promise<void> {
  await runCommand('javac', ['-cp', join(libs, '*'), '-d', folder, ...sources])
}
