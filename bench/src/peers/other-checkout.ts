import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { here } from './client-list/script.js'
import { temporaryFolder } from './temporary-folder.js'

/** Another state of this repository, in a folder of its own. */
export interface OtherCheckout extends Disposable {
  readonly folder: string
}

/** Of the checkout, in a temporary folder: git makes it itself. */
const name = 'checkout'

/**
 * Checks out a git reference beside this checkout. It uses the libraries that are installed here, but its own packages.
 *
 * @throws Error where git does not know the reference
 */
export function checkOut(reference: string): OtherCheckout {
  // The harness of Kafka ends the process in an orderly way where a signal interrupts the bench.
  const parent = temporaryFolder('sluice-against-', (path) => {
    const checkout = join(path, name)
    if (existsSync(checkout)) git('worktree', 'remove', '--force', checkout)
  })
  const folder = join(parent.path, name)
  try {
    git('worktree', 'add', '--detach', folder, reference)
    linkLibraries(join(here, 'node_modules'), join(folder, 'node_modules'))
  } catch (error) {
    parent[Symbol.dispose]()
    throw error
  }
  return { folder, [Symbol.dispose]: () => parent[Symbol.dispose]() }
}

/** The links to packages of the family are relative, so that the same links lead to the packages of that checkout. */
function linkLibraries(from: string, to: string): void {
  mkdirSync(join(to, '@sluice'), { recursive: true })
  for (const library of readdirSync(from)) {
    if (library !== '@sluice') symlinkSync(join(from, library), join(to, library))
  }
  for (const ours of readdirSync(join(from, '@sluice')))
    symlinkSync(readlinkSync(join(from, '@sluice', ours)), join(to, '@sluice', ours))
}

function git(...args: string[]): void {
  execFileSync('git', args, { cwd: here, stdio: ['ignore', 'ignore', 'pipe'] })
}
