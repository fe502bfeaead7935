import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'

/** A program that runs JavaScript, as a package of the registry that holds its binary. */
export interface Runtime {
  /** As people call it, such as `Node 24`. */
  readonly name: string
  /** The package and the range of its version. */
  readonly spec: string
  /** Where in the package the binary is. */
  readonly binary: string
  /** What stands before the file of a program. */
  readonly flags: readonly string[]
}

/** @param major - such as 24, of which the newest is taken */
export function node(major: number): Runtime {
  const spec = `node-${process.platform}-${process.arch}@${major}`
  return { name: `Node ${major}`, spec, binary: 'bin/node', flags: [] }
}

export function bun(): Runtime {
  const machine = process.arch === 'arm64' ? 'aarch64' : process.arch
  const spec = `@oven/bun-${process.platform}-${machine}@latest`
  return { name: 'Bun', spec, binary: 'bin/bun', flags: ['run'] }
}

/** All rights are given: what Deno would ask for is not what is tried. */
export function deno(): Runtime {
  const library = process.platform === 'linux' ? '-glibc' : ''
  const spec = `@deno/${process.platform}-${process.arch}${library}@latest`
  const flags = ['run', '--allow-all', '--no-lock', '--node-modules-dir=manual']
  return { name: 'Deno', spec, binary: 'deno', flags }
}

/**
 * Fetches the package, once, without running anything of it.
 *
 * @returns the path of the binary
 */
export async function fetchedBinary({ name, spec, binary }: Runtime): Promise<string> {
  const cache = process.env['SLUICE_CACHE'] ?? join(homedir(), '.cache', 'sluice')
  const folder = join(cache, name.toLowerCase().replace(' ', '-'))
  const path = join(folder, 'node_modules', spec.slice(0, spec.lastIndexOf('@')), binary)
  if (existsSync(path)) return path
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n')
  const install = ['install', '--no-audit', '--no-fund', '--ignore-scripts', spec]
  await promisify(execFile)('npm', install, { cwd: folder })
  return path
}
