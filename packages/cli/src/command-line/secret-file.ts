import type { Buffer } from 'node:buffer'
import { readFileSync, statSync } from 'node:fs'
import process from 'node:process'
import { UsageError } from '../usage-error.js'

/** The bit of a file's mode that lets everybody read it. */
const readableByOthers = 0o004

/**
 * The secret in a file, without the newline that editors put at its end.
 *
 * @param option - the option that named the file, for messages
 * @throws UsageError for a file that cannot be read, or is empty
 */
export function readSecret(option: string, path: string, warn: (message: string) => void): string {
  const secret = readText(option, path).replace(/\r?\n$/, '')
  if (secret === '') throw new UsageError(`the file ${path} of ${option} is empty`)
  warnIfOpenToOthers(path, warn)
  return secret
}

/** @throws UsageError for a file that cannot be read */
export function readText(option: string, path: string): string {
  return readBytes(option, path).toString('utf8')
}

/** @throws UsageError for a file that cannot be read */
export function readBytes(option: string, path: string): Buffer {
  try {
    return readFileSync(path)
  } catch {
    throw new UsageError(`cannot read the file ${path} of ${option}; check its name and its rights`)
  }
}

/** Tells where everybody on this machine can read a file with a secret, which was read before. */
export function warnIfOpenToOthers(path: string, warn: (message: string) => void): void {
  if (process.platform === 'win32') return
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0
  if ((mode & readableByOthers) !== 0)
    warn(`everybody on this machine can read ${path}, which holds a secret: chmod 600 ${path}`)
}
