import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

const peers = new URL('../peers/', import.meta.url)

/**
 * `@platformatic/kafka` says that it needs Node 22.22, so npm would refuse to install this repository on Node 20, although
 * the client runs there. So it has a folder and a lock file of its own, and the first bench installs it.
 *
 * @returns Null when it cannot be installed.
 */
export function loadPlatformatic<T>(): Promise<T | null> {
  return load<T>().catch(() =>
    install()
      .then(load<T>)
      .catch(unavailable),
  )
}

async function load<T>(): Promise<T> {
  const { resolve } = createRequire(new URL('package.json', peers))
  return import(pathToFileURL(resolve('@platformatic/kafka')).href)
}

function install(): Promise<unknown> {
  console.log('installing @platformatic/kafka into bench/peers')
  const settings = ['--engine-strict=false', '--ignore-scripts']
  return promisify(execFile)('npm', ['ci', ...settings], { cwd: fileURLToPath(peers) })
}

function unavailable({ message }: Error): null {
  console.log(`@platformatic/kafka is left out: ${message}`)
  return null
}
