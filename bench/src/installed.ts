import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

const peers = new URL('../peers/', import.meta.url)

/** The folder with a lock file of its own. */
export const peersFolder = fileURLToPath(peers)

/**
 * `@platformatic/kafka` says that it needs Node 22.22, so npm would refuse to install this repository on Node 20, although
 * the client runs there. So it has a folder and a lock file of its own, and the first bench installs it.
 *
 * @returns Null when it cannot be installed.
 */
export function loadPlatformatic<T>(): Promise<T | null> {
  return loadInstalled<T>('@platformatic/kafka').catch(unavailable)
}

/** A package of `bench/peers`, which is installed where the package is missing. */
export async function loadInstalled<T>(name: string): Promise<T> {
  return load<T>(name).catch(async () => {
    await installPeers()
    return load<T>(name)
  })
}

/** @throws Error where it is not installed */
export function versionOfPeer(name: string): string {
  const file = join(peersFolder, 'node_modules', name, 'package.json')
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version.replace(/^v/, '')
}

async function load<T>(name: string): Promise<T> {
  const { resolve } = createRequire(new URL('package.json', peers))
  return import(pathToFileURL(resolve(name)).href)
}

/** Installs what the lock file of `bench/peers` says, without running scripts. */
export async function installPeers(): Promise<void> {
  console.error('installing the packages of bench/peers')
  const settings = ['--engine-strict=false', '--ignore-scripts']
  await promisify(execFile)('npm', ['ci', ...settings], { cwd: peersFolder })
}

function unavailable({ message }: Error): null {
  console.error(`@platformatic/kafka is left out: ${message}`)
  return null
}
