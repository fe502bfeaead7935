import { fileURLToPath } from 'node:url'
import type { Command } from './client.js'

/** This checkout. */
export const here = fileURLToPath(new URL('../../../../', import.meta.url))

/** Runs a program of `clients` with this Node. */
export function script(name: string, args: readonly string[]): Command {
  const file = fileURLToPath(new URL(`../clients/${name}.ts`, import.meta.url))
  const node = ['--conditions=@sluice/source', '--import', 'tsx', file]
  return { file: process.execPath, args: [...node, ...args], cwd: here }
}
