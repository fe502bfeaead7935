import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundledProgram } from '../../../tooling/build/bundled-program.js'
import { runTool } from '../peers/client-list/run-tool.js'

/** A load that is counted: the way of sending, and the brokers where it has some. */
export interface CountedLoad {
  readonly way: 'enqueue' | 'send' | 'await'
  readonly bootstrapServers: readonly string[]
  /** Whether `metrics()` is read after each 20 000 records: by a service with so many records a second, each second. */
  readonly metered: boolean
}

const program = fileURLToPath(new URL('./load-of-a-build.ts', import.meta.url))
/**
 * The records between the two are counted. V8 compiles some functions again and again until about a million records have
 * been sent, and a hundred instructions a record of compiling would be taken for the cost of records.
 */
const [few, many] = [1_200_000, 1_700_000]
/** One thread compiles, collects garbage and sends, so that their order is the same in each run. */
const node = [process.execPath, '--single-threaded', '--predictable-gc-schedule']
const valgrind = [
  '--tool=cachegrind',
  '--cache-sim=no',
  '--cachegrind-out-file=/dev/null',
  // V8 changes its own code.
  '--smc-check=all-non-file',
]

/**
 * Writes the program of the loads as one file, since every instruction of a tool that compiles it would be counted, too.
 *
 * @returns the file
 */
export async function writeProgram(folder: string): Promise<string> {
  const file = join(folder, 'load.mjs')
  await writeFile(file, await bundledProgram(program))
  return file
}

/**
 * How many instructions the process of a producer runs for one record, garbage collection included. Valgrind does not see those
 * of the kernel.
 *
 * @param script - the file that `writeProgram` has written
 */
export async function instructionsOf(
  script: string,
  checkout: string,
  load: CountedLoad,
): Promise<number> {
  const total = (records: number): Promise<number> => count(script, checkout, load, records)
  const [begin, end] = [await total(few), await total(many)]
  return (end - begin) / (many - few)
}

async function count(
  script: string,
  checkout: string,
  { way, bootstrapServers, metered }: CountedLoad,
  records: number,
): Promise<number> {
  const servers = bootstrapServers.length === 0 ? [] : [bootstrapServers.join(',')]
  const reads = metered ? 'metered' : 'unread'
  const args = [...node, script, checkout, way, String(records), reads, ...servers]
  const told = await runTool('valgrind', ['--log-fd=1', ...valgrind, ...args])
  const found = /I +refs: +([\d,]+)/.exec(told)?.[1]
  if (found === undefined) throw new Error(`valgrind told no count: ${told.slice(-400)}`)
  return Number(found.replaceAll(',', ''))
}
