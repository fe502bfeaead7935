import { printable } from '@sluice/protocol'
import { invalidOption } from './errors.js'

const defaultPort = 9092
const loopback = /^(127\.|::1$|::ffff:127\.)/
const withBrackets = /^\[([0-9a-fA-F:.]+(?:%[\w.-]+)?)\](?::(\d+))?$/
const withoutBrackets = /^([^\s/@[\]:]+)(?::(\d+))?$/

export interface ServerAddress {
  readonly host: string
  readonly port: number
}

/**
 * Reads a list of `host:port`, given as an array or comma-separated. An address named twice counts once.
 * @throws KafkaError INVALID_OPTION that names the entry and says how to write it
 */
export function parseServers(servers: unknown): readonly ServerAddress[] {
  const entries = typeof servers === 'string' ? servers.split(',') : servers
  if (!Array.isArray(entries)) {
    throw invalidOption(
      "bootstrapServers must be an array like ['localhost:9092'], a string 'host1:9092,host2:9092', or a function giving one",
    )
  }
  const found = new Map<string, ServerAddress>()
  for (const entry of entries) {
    if (entry === '' && typeof servers === 'string') continue // a trailing comma
    const address = parseServer(entry)
    found.set(formatAddress(address), address)
  }
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

function parseServer(entry: unknown): ServerAddress {
  if (typeof entry !== 'string')
    throw invalidOption(`bootstrapServers has an entry that is not text: ${typeof entry}`)
  const text = entry.trim()
  const match = withBrackets.exec(text) ?? withoutBrackets.exec(text)
  if (match === null)
    throw invalidOption(
      `bootstrapServers has the entry ${JSON.stringify(text.slice(0, 200))}: ${howToWrite(text)}`,
    )
  const port = match[2] === undefined ? defaultPort : Number(match[2])
  if (!isPort(port))
    throw invalidOption(
      `bootstrapServers has the entry ${JSON.stringify(text)}: a port is a number from 1 to 65535`,
    )
  return { host: match[1] as string, port }
}

function howToWrite(text: string): string {
  if (text.includes('://')) return "write 'host:port' without a protocol in front"
  if (text.split(':').length > 2) return "write IPv6 addresses in brackets, like '[::1]:9092'"
  return "write 'host:port', like 'localhost:9092'"
}
