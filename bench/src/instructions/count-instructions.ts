import { fileURLToPath } from 'node:url'
import { runTool } from '../peers/client-list/run-tool.js'

/** A load that is counted: the way of sending, and the brokers where it has some. */
export interface CountedLoad {
  readonly way: 'enqueue' | 'send' | 'await'
  readonly bootstrapServers: readonly string[]
}

const script = fileURLToPath(new URL('./load-of-a-build.mjs', import.meta.url))
/** V8 has compiled what runs often by the first of them. The records between the two are counted. */
const [few, many] = [300_000, 800_000]
/** One thread compiles, collects garbage and sends, so that their order is the same in each run. */
const node = [process.execPath, '--single-threaded', '--predictable-gc-schedule']
const valgrind = [
  '--tool=cachegrind',
  '--cache-sim=no',
  '--cachegrind-out-file=/dev/null',
  // V8 changes its own code.
  '--smc-check=all-non-file',
]

/** How many instructions the process of a producer runs for one record, garbage collection included. Valgrind does not see those
 * of the kernel. */
export async function instructionsOf(checkout: string, load: CountedLoad): Promise<number> {
  const [begin, end] = [await total(checkout, load, few), await total(checkout, load, many)]
  return (end - begin) / (many - few)
}

async function total(
  checkout: string,
  { way, bootstrapServers }: CountedLoad,
  records: number,
): Promise<number> {
  const servers = bootstrapServers.length === 0 ? [] : [bootstrapServers.join(',')]
  const args = [...node, script, checkout, way, String(records), ...servers]
  const told = await runTool('valgrind', ['--log-fd=1', ...valgrind, ...args])
  const count = /I +refs: +([\d,]+)/.exec(told)?.[1]
  if (count === undefined) throw new Error(`valgrind told no count: ${told.slice(-400)}`)
  return Number(count.replaceAll(',', ''))
}
