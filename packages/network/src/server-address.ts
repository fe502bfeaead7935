import { isIP } from 'node:net'
import { type KafkaError, printable } from '@sluice/protocol'
import { invalidOption } from './errors.js'
import { howToWrite, withoutCredentials } from './server-syntax.js'

const defaultPort = 9092
const loopback = /^(127\.|::1$|::ffff:127\.)/
const withBrackets = /^\[([0-9a-fA-F:.]+(?:%[\w.-]+)?)\](?::(\d+))?$/
const withoutBrackets = /^([^\s/@[\]:;|,"'`${}\\?#=&<>()*]+)(?::(\d+))?$/

export interface ServerAddress {
  readonly host: string
  readonly port: number
}

/**
 * Reads a list of `host:port`, given as an array, comma-separated, or both. An address named twice counts once.
 * @throws KafkaError INVALID_OPTION that names the entry and says how to write it
 */
export function parseServers(servers: unknown): readonly ServerAddress[] {
  const entries = typeof servers === 'string' ? listOf(servers) : servers
  if (!Array.isArray(entries)) {
    throw invalidOption(
      "bootstrapServers must be an array like ['localhost:9092'], a string 'host1:9092,host2:9092', or a function giving one",
    )
  }
  const found = new Map<string, ServerAddress>()
  for (const address of entries.flatMap(splitEntry).map(parseServer))
    found.set(formatAddress(address), address)
  if (found.size === 0)
    throw invalidOption(
      "bootstrapServers names no server: give at least one, like ['localhost:9092']",
    )
  return [...found.values()]
}

/** The form that people read and write: `host:port`, with brackets around IPv6. It is safe to log even if a broker named the host. */
export function formatAddress({ host, port }: ServerAddress): string {
  const text = printable(host, 255)
  return text.includes(':') ? `[${text}]:${port}` : `${text}:${port}`
}

export function sameAddress(a: ServerAddress, b: ServerAddress): boolean {
  return a.port === b.port && a.host.toLowerCase() === b.host.toLowerCase()
}

/**
 * Whether a connection that was opened to `dialled` ends at the broker that advertises `advertised`. Their names
 * may differ ('localhost' and '127.0.0.1'); then the other end of the socket decides, where the stream knows it.
 */
export function isSameBroker(
  dialled: ServerAddress,
  remote: { readonly address: string; readonly port: number } | undefined,
  advertised: ServerAddress,
): boolean {
  if (sameAddress(dialled, advertised)) return true
  if (remote === undefined || remote.port !== advertised.port) return false
  if (remote.address.toLowerCase() === advertised.host.toLowerCase()) return true
  return advertised.host === 'localhost' && loopback.test(remote.address)
}

/** Whether the text can be the name or address of a host. */
export function isHost(text: string): boolean {
  return text.length > 0 && text.length <= 255 && /^[^\s/@[\]]+$/.test(text)
}

export function isPort(port: number): boolean {
  return Number.isInteger(port) && port > 0 && port < 65_536
}

/** A text without any server is a list of none, and an entry of an array must be one. */
function listOf(text: string): readonly string[] {
  return text.trim() === '' ? [] : [text]
}

/** The servers in one entry. An entry that is empty between or behind commas is none. */
function splitEntry(entry: unknown): readonly string[] {
  if (typeof entry !== 'string')
    throw invalidOption(`bootstrapServers has an entry that is not text: ${typeof entry}`)
  if (entry.includes('@'))
    throw refusedEntry(
      entry,
      "write 'host:port' without credentials, which belong to the option sasl",
    )
  if (!entry.includes(',')) return [entry.trim()]
  return entry
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

function parseServer(text: string): ServerAddress {
  const match = readEntry(text)
  if (match === null)
    throw refusedEntry(
      text,
      howToWrite(text, (part) => readEntry(part) !== null),
    )
  const host = match[1] as string
  if (text.startsWith('[') && isIP(host) === 0)
    throw refusedEntry(text, 'what stands in brackets is no IPv6 address')
  const port = match[2] === undefined ? defaultPort : Number(match[2])
  if (!isPort(port)) throw refusedEntry(text, 'a port is a number from 1 to 65535')
  return { host, port }
}

function readEntry(text: string): RegExpExecArray | null {
  const match = withBrackets.exec(text) ?? withoutBrackets.exec(text)
  return match !== null && isHost(match[1] as string) ? match : null
}

function refusedEntry(text: string, hint: string): KafkaError {
  const shown = JSON.stringify(withoutCredentials(text))
  return invalidOption(`bootstrapServers has the entry ${shown}: ${hint}`)
}
