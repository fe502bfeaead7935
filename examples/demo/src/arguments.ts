import { parseArgs } from 'node:util'
import { printable } from '@sluice/protocol'
import { DemoError } from './demo-error.js'

/** What the command line says. */
export interface DemoArguments {
  readonly help: boolean
  readonly file?: string
  readonly key?: string
  readonly topic?: string
  readonly count?: number
  readonly compression: 'gzip' | 'none'
  readonly bootstrap?: string
  /** Whether a page shows the producer, which sends until it is told to end. */
  readonly watch: boolean
}

/** @throws DemoError that says what is wrong */
export function parseArguments(args: readonly string[]): DemoArguments {
  const { count, topic, compression, help, ...texts } = read(args)
  if (topic !== undefined) checkTopic(topic)
  if (count !== undefined && texts.file !== undefined) {
    throw new DemoError('--count is for the bundled orders: leave it out with --file')
  }
  return {
    ...texts,
    help,
    compression: codecOf(compression),
    ...(topic === undefined ? {} : { topic }),
    ...(count === undefined ? {} : { count: countOf(count) }),
  }
}

const maxCount = 1_000_000

function read(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    throw new DemoError(`${(error as Error).message}; ${hintFor(error as NodeJS.ErrnoException)}`)
  }
}

/** Without `--` npm keeps the options to itself and hands on their values alone. */
function hintFor({ code }: NodeJS.ErrnoException): string {
  const isValueAlone = code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL'
  return isValueAlone
    ? 'options go behind --, as in npm run demo -- --file orders.ndjson'
    : 'see --help'
}

const options = {
  help: { type: 'boolean', default: false },
  file: { type: 'string' },
  key: { type: 'string' },
  topic: { type: 'string' },
  count: { type: 'string' },
  compression: { type: 'string', default: 'none' },
  bootstrap: { type: 'string' },
  watch: { type: 'boolean', default: false },
} as const

/** Kafka's own rule. Checked here, so that no cluster is started for nothing. */
function checkTopic(topic: string): void {
  if (topic === '') throw new DemoError('--topic is empty')
  if (/^[\w.-]{1,249}$/.test(topic) && topic !== '.' && topic !== '..') return
  const rule = '1 to 249 of a-z, A-Z, 0-9, ".", "_", "-"'
  throw new DemoError(`--topic: "${printable(topic)}" is not a legal topic name: ${rule}`)
}

function countOf(text: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : 0
  if (count >= 1 && count <= maxCount) return count
  throw new DemoError(`--count takes a whole number from 1 to ${maxCount}`)
}

function codecOf(text: string): 'gzip' | 'none' {
  if (text === 'gzip' || text === 'none') return text
  throw new DemoError('--compression takes gzip or none')
}
