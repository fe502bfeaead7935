import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/**
 * Runs a program of the bench in a process of its own, with the packages as they are built (`buildCheckout`). That is what users have: tsx
 * adds to the sources calls that name functions, also to those of the hot path.
 *
 * @returns what the program prints as JSON
 * @throws Error with what it told, where it fails
 */
export function runBuiltLoad(script: URL, args: readonly string[]): unknown {
  const command = ['--import', 'tsx', fileURLToPath(script), ...args]
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`the load ${args.slice(0, 2).join(' ')} failed: ${stderr}`)
  return JSON.parse(stdout)
}
