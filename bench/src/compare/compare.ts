import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Brokers } from '../pipeline/brokers.js'
import type { Figures } from '../pipeline/loads.js'
import { median } from '../quantiles.js'
import { type LoadName, loadNames } from './measured-loads.js'

const here = fileURLToPath(new URL('../../../', import.meta.url))
const processOfOneLoad = fileURLToPath(new URL('./measured-load.ts', import.meta.url))

/** CPU time a record, a list for each side. */
type Samples = readonly [old: number[], now: number[]]

/**
 * Compares this checkout with another one, `old`, that has its own `node_modules`: the loads of the pipeline on the
 * same brokers, and the bench `append` of each side. Each figure comes from a process of its own and the two sides take
 * turns, since a noisy moment of the machine must hit both and the code that V8 made for one side must not serve the other.
 */
export async function compare(old: string, rounds: number, brokers: Brokers): Promise<void> {
  const sides = [resolve(old), here] as const
  const samples = new Map<string, Samples>()
  const note = (name: string, side: number, cpuNanos: number): void => {
    if (!samples.has(name)) samples.set(name, [[], []])
    samples.get(name)![side as 0 | 1].push(cpuNanos)
  }
  console.log(`Node ${process.version}, ${brokers.description}, old is ${old}`)
  for (let round = 0; round < rounds; round++) {
    for (const name of loadNames) {
      for (const side of turns(round)) {
        note(name, side, pipelineLoad(sides[side]!, name, brokers).cpuMicros * 1_000)
      }
    }
    for (const side of turns(round)) {
      for (const [name, nanos] of appendLoads(sides[side]!)) note(`append: ${name}`, side, nanos)
    }
    console.log(`round ${round + 1} of ${rounds}`)
  }
  for (const [name, sample] of samples) console.log(line(name, sample))
}

/** The side that comes first changes from round to round. */
const turns = (round: number): readonly number[] => (round % 2 === 0 ? [0, 1] : [1, 0])

function pipelineLoad(side: string, name: LoadName, { bootstrapServers }: Brokers): Figures {
  const lastLine = run(side, processOfOneLoad, [side, name, bootstrapServers.join(',')])
  return JSON.parse(lastLine.trim().split('\n').at(-1)!) as Figures
}

/** Name and best CPU time of each load of `append`, from what that side's own bench prints. */
function appendLoads(side: string): [string, number][] {
  const printed = run(side, join(side, 'bench/src/main.ts'), ['append'])
  const lines = [...printed.matchAll(/^(.+?) +(\d+) ns CPU/gm)]
  if (lines.length === 0) throw new Error(`the bench append of ${side} printed no figures`)
  return lines.map(([, name, nanos]) => [name!, Number(nanos)])
}

function run(cwd: string, script: string, args: readonly string[]): string {
  const node = ['--conditions=@sluice/source', '--import', 'tsx', script, ...args]
  const { status, stdout, stderr } = spawnSync(process.execPath, node, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${script} ${args.join(' ')} failed: ${stderr}`)
  return stdout
}

function line(name: string, [old, now]: Samples): string {
  const ratio = `${(median(now) / median(old)).toFixed(2)} (best ${(Math.min(...now) / Math.min(...old)).toFixed(2)})`
  return `${name.padEnd(50)} ${ratio.padEnd(18)} old ${spread(old)} ns, now ${spread(now)} ns CPU a record`
}

function spread(list: readonly number[]): string {
  return `${median(list).toFixed(0)} [${Math.min(...list).toFixed(0)}–${Math.max(...list).toFixed(0)}]`
}
