import { fileURLToPath } from 'node:url'
import type { Command } from './client.js'

/** This checkout. */
export const here = fileURLToPath(new URL('../../../../', import.meta.url))

/**
 * Runs a program of `clients` with this Node.
 *
 * @param conditions - by which packages are found; by default the source of ours
 */
export function script(
  name: string,
  args: readonly string[],
  conditions = ['--conditions=@sluice/source'],
): Command {
  const file = fileURLToPath(new URL(`../clients/${name}.ts`, import.meta.url))
  return {
    file: process.execPath,
    args: [...conditions, '--import', 'tsx', file, ...args],
    cwd: here,
  }
}
