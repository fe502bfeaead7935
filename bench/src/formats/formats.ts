import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Brokers } from '../pipeline/brokers.js'
import { median } from '../quantiles.js'

const script = fileURLToPath(new URL('./flood-of-a-build.cjs', import.meta.url))
const most = 1.03

type Format = 'ES modules' | 'CommonJS'

/**
 * What a record costs with the CommonJS build, against the ES modules. `npm run build` must have run. The formats take
 * turns in processes of their own, since each must have the code that V8 makes for it alone.
 */
export async function formats(
  rounds: number,
  { bootstrapServers, description }: Brokers,
): Promise<void> {
  const nanos: Record<Format, number[]> = { 'ES modules': [], CommonJS: [] }
  for (let round = 0; round < rounds; round++) {
    const order: readonly Format[] =
      round % 2 === 0 ? ['ES modules', 'CommonJS'] : ['CommonJS', 'ES modules']
    for (const format of order) nanos[format].push(flood(format, bootstrapServers))
  }
  console.log(`Node ${process.version}, ${description}, median of ${rounds} rounds`)
  for (const [format, list] of Object.entries(nanos))
    console.log(`${format.padEnd(12)}${median(list).toFixed(0).padStart(6)} ns CPU a record`)
  const ratio = median(nanos.CommonJS) / median(nanos['ES modules'])
  console.log(
    `${ratio <= most ? 'holds ' : 'MISSED'} CommonJS costs ${ratio.toFixed(3)} of it: ${most} at most`,
  )
}

function flood(format: Format, bootstrapServers: readonly string[]): number {
  const args = [script, format, bootstrapServers.join(',')]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`the flood with ${format} failed: ${stderr}`)
  return Number(stdout)
}
