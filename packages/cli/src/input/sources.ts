import type { Buffer } from 'node:buffer'
import { accessSync, constants, createReadStream, statSync } from 'node:fs'
import type { Readable } from 'node:stream'
import type { CliIo } from '../cli-io.js'
import { UsageError } from '../usage-error.js'

/** One input of the command. */
export interface Source {
  /** As messages call it. */
  readonly name: string
  /** Opens it. It gives Buffers. */
  open(): Readable & AsyncIterable<Buffer>
  /** Whether a person types it. */
  readonly isTyped: boolean
}

const chunkBytes = 262_144

/**
 * The inputs in the order of the command line. `-`, or no file at all, is the standard input.
 *
 * @throws UsageError for a file that cannot be read: before anything is sent
 */
export function sourcesOf(files: readonly string[], io: Pick<CliIo, 'stdin'>): Source[] {
  const names = files.length === 0 ? ['-'] : files
  if (names.filter((name) => name === '-').length > 1)
    throw new UsageError('the standard input (-) is named twice; name it once')
  return names.map((name) => (name === '-' ? standardInput(io) : fileSource(name)))
}

function standardInput(io: Pick<CliIo, 'stdin'>): Source {
  const stdin = io.stdin()
  return { name: 'stdin', open: () => stdin, isTyped: stdin.isTTY === true }
}

function fileSource(path: string): Source {
  try {
    accessSync(path, constants.R_OK)
  } catch (error) {
    throw new UsageError(`cannot read ${path} (${codeOf(error)}); check its name and its rights`)
  }
  if (statSync(path).isDirectory()) throw new UsageError(`${path} is a folder; name its files`)
  return {
    name: path,
    open: () => createReadStream(path, { highWaterMark: chunkBytes }),
    isTyped: false,
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
}
