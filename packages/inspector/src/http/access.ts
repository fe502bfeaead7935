import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { hostname } from 'node:os'

/** Who may read. */
export interface AccessRules {
  /** On which the server listens. */
  readonly host: string
  /** Without one only this machine may read. */
  readonly token: string | undefined
}

/** Why a request is refused: no more than the caller may know. */
export interface Refusal {
  readonly status: 401 | 403 | 421
  readonly text: string
}

/**
 * Refuses what comes from another site. A name in `Host` that is not the server's own may be a name of an attacker that was bound to
 * this address after his page was loaded (DNS rebinding). A browser names the page that asks in `Origin` and in `Sec-Fetch-Site`.
 *
 * @param isPage - whether the page itself is asked for. A link of another site may open it: it shows nothing until it has asked for the
 * snapshots itself, which is a request of its own site, and the other site has no way to look into it.
 */
export function foreignRefusal(
  request: IncomingMessage,
  { host, token }: AccessRules,
  isPage: boolean,
): Refusal | null {
  const { headers } = request
  const asked = nameOf(headers.host ?? '')
  const isKnown = asked !== null && (isLoopback(asked) || isKnownName(asked, host, token))
  if (!isKnown) return { status: 421, text: 'the inspector is not known by this host name' }
  const { origin } = headers
  const isOwn = origin === undefined || isOwnOrigin(origin, headers.host)
  if (isOwn && (!isOfForeignSite(request) || (isPage && opensWindow(request)))) return null
  return { status: 403, text: 'the inspector answers its own page alone' }
}

/** Refuses a request without the token, where there is one. */
export function tokenRefusal(
  { headers }: IncomingMessage,
  token: string | undefined,
): Refusal | null {
  if (token === undefined) return null
  const given = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? ''
  // The digests are of one length, whatever is given, and so the comparison takes the same time.
  return timingSafeEqual(digest(given), digest(token))
    ? null
    : { status: 401, text: 'the inspector needs its token' }
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

/** Where the token protects what is read, an address is no risk: only a name can be bound to another address. */
function isKnownName(asked: string, host: string, token: string | undefined): boolean {
  if (token === undefined) return false
  return isIP(asked) !== 0 || [host, hostname()].some((name) => name.toLowerCase() === asked)
}

function isOfForeignSite({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site']
  return site !== undefined && site !== 'same-origin' && site !== 'none'
}

/** Whether a whole window shows the answer, not a frame, and no script can read it. */
function opensWindow({ headers, method }: IncomingMessage): boolean {
  const isNavigation = headers['sec-fetch-mode'] === 'navigate'
  return method === 'GET' && isNavigation && headers['sec-fetch-dest'] === 'document'
}

function isOwnOrigin(origin: string, host: string | undefined): boolean {
  return origin === `http://${host}` || origin === `https://${host}`
}

/** The name or address in small letters, without port and brackets; null for what is none. */
function nameOf(host: string): string | null {
  const [, name, address] = /^(?:([\w.-]+)|\[([\da-f:.]+)\])(?::\d+)?$/i.exec(host) ?? []
  return (name ?? address)?.toLowerCase() ?? null
}

function digest(text: string): Uint8Array {
  return createHash('sha256').update(text).digest()
}
