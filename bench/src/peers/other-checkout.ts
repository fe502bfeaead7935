import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { here } from './client-list/script.js'

/** Another state of this repository, in a folder of its own. */
export interface OtherCheckout extends Disposable {
  readonly folder: string
}

/**
 * Checks out a git reference beside this checkout. It uses the libraries that are installed here, but its own packages.
 *
 * @throws Error where git does not know the reference
 */
export function checkOut(reference: string): OtherCheckout {
  const parent = mkdtempSync(join(tmpdir(), 'sluice-against-'))
  const folder = join(parent, 'checkout')
  const remove = (): void => {
    if (existsSync(folder)) git('worktree', 'remove', '--force', folder)
    rmSync(parent, { recursive: true, force: true })
    process.off('exit', remove)
  }
  // The harness of Kafka ends the process in an orderly way where a signal interrupts the bench.
  process.on('exit', remove)
  try {
    git('worktree', 'add', '--detach', folder, reference)
    linkLibraries(join(here, 'node_modules'), join(folder, 'node_modules'))
  } catch (error) {
    remove()
    throw error
  }
  return { folder, [Symbol.dispose]: remove }
}

/** The links to packages of the family are relative, so that the same links lead to the packages of that checkout. */
function linkLibraries(from: string, to: string): void {
  mkdirSync(join(to, '@sluice'), { recursive: true })
  for (const name of readdirSync(from)) {
    if (name !== '@sluice') symlinkSync(join(from, name), join(to, name))
  }
  for (const name of readdirSync(join(from, '@sluice')))
    symlinkSync(readlinkSync(join(from, '@sluice', name)), join(to, '@sluice', name))
}

function git(...args: string[]): void {
  execFileSync('git', args, { cwd: here, stdio: ['ignore', 'ignore', 'pipe'] })
}
