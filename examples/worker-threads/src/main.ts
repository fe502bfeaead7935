import { availableParallelism } from 'node:os'
import { extname } from 'node:path'
import process from 'node:process'
import { createPool, type Outcome } from './pool.js'

const { KAFKA = 'localhost:9092' } = process.env

const outcomes: Outcome[] = []
const pool = createPool({
  // Beside this file, whether that is TypeScript or what was made of it.
  module: new URL(`counting-worker${extname(import.meta.url)}`, import.meta.url),
  size: availableParallelism(),
  bootstrapServers: KAFKA,
  onOutcome: (outcome) => outcomes.push(outcome),
})
for (const file of process.argv.slice(2)) pool.submit(file)
await pool.close()

const failed = outcomes.filter((outcome) => 'error' in outcome)
for (const { file, error } of failed) console.error(`${file}: ${error}`)
console.log(`${outcomes.length - failed.length} files counted, ${failed.length} failed`)
process.exitCode = failed.length === 0 ? 0 : 1
