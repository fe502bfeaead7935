import { readFile } from 'node:fs/promises'
import { printable } from '@sluice/protocol'
import type { DemoArguments } from '../arguments.js'
import { DemoError } from '../demo-error.js'
import { keyOf } from './key-field.js'
import { splitLines } from './lines.js'
import { orderEvents } from './order-events.js'
import { readPipe, readStdin } from './stdin.js'

/** The records that the demo produces, in order. */
export interface Input {
  /** What the output calls the records: `bundled orders`, `lines of orders.ndjson`. */
  readonly title: string
  readonly key: string | null
  readonly records: readonly InputRecord[]
}

export interface InputRecord {
  readonly key: string | null
  readonly value: Buffer
}

/** @throws DemoError when there is nothing to read, or a line without the key's field */
export async function loadInput(args: DemoArguments): Promise<Input> {
  const { title, lines, defaultKey } = await chooseSource(args)
  if (lines.length === 0) throw new DemoError(`there are no ${title}: the input is empty`)
  const key = args.key ?? defaultKey
  return { title, key, records: lines.map((value, index) => toRecord(value, index, key)) }
}

interface Source {
  readonly title: string
  readonly lines: readonly Buffer[]
  readonly defaultKey: string | null
}

const bundledCount = 20_000

async function chooseSource({ file, count }: DemoArguments): Promise<Source> {
  if (file === '-') return textSource('stdin', await readStdin())
  if (file !== undefined) return textSource(printable(file), await readText(file))
  const piped = count === undefined ? await readPipe() : null
  if (piped !== null) return textSource('stdin', piped)
  return {
    title: 'bundled orders',
    lines: orderEvents(count ?? bundledCount),
    defaultKey: 'customerId',
  }
}

function textSource(name: string, text: Buffer): Source {
  return { title: `lines of ${name}`, lines: splitLines(text), defaultKey: null }
}

async function readText(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (cause) {
    throw new DemoError(`--file "${printable(path)}": ${reasonOf(cause)}`, { cause })
  }
}

function reasonOf(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException
  if (code === 'ENOENT') return 'no such file'
  if (code === 'EISDIR') return 'is a directory'
  if (code === 'EACCES') return 'may not be read'
  return message
}

function toRecord(value: Buffer, index: number, key: string | null): InputRecord {
  if (key === null) return { key, value }
  try {
    return { key: keyOf(value, key), value }
  } catch (error) {
    if (error instanceof DemoError) throw new DemoError(`line ${index + 1} ${error.message}`)
    throw error
  }
}
