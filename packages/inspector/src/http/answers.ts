import type { IncomingMessage, ServerResponse } from 'node:http'
import type { PageFile } from '../page-files.js'
import type { Sampler } from '../watch/sampler.js'
import { type AccessRules, foreignRefusal, type Refusal, tokenRefusal } from './access.js'
import { EventStream } from './event-stream.js'

/** So many pages may be open at once. */
const mostWatchers = 16

/** What all answers have: the page loads nothing from elsewhere, and is shown in no other page. */
const headers = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const

/** What is answered, and to whom. */
export interface AnswerDeps {
  readonly rules: AccessRules
  readonly sampler: Sampler
  /** By path. */
  readonly pageFiles: ReadonlyMap<string, PageFile>
}

/** Answers one request. The page itself is no secret; what it shows is. */
export function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { rules, sampler, pageFiles }: AnswerDeps,
): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  const path = (request.url ?? '/').split('?', 1)[0]!
  const file = pageFiles.get(path)
  const foreign = foreignRefusal(request, rules, path === '/')
  if (foreign !== null) return refuse(response, foreign)
  if (request.method !== 'GET') return end(response, 405, 'the inspector is only read')
  if (file !== undefined) return sendFile(response, file)
  if (path !== '/events') return end(response, 404, 'the inspector has no such page')
  const refusal = tokenRefusal(request, rules.token)
  if (refusal !== null) return refuse(response, refusal)
  // Its turn may never come, and then it would not be told of the end of the connection either.
  if (response.socket === null)
    return end(response, 503, 'another answer is before this one; use another connection')
  if (sampler.watchers >= mostWatchers)
    return end(response, 503, `${mostWatchers} pages watch already; close one`)
  watch(response, sampler)
}

function watch(response: ServerResponse, sampler: Sampler): void {
  const stream = new EventStream(response)
  response.on('close', () => sampler.remove(stream))
  sampler.add(stream)
}

function sendFile(response: ServerResponse, { type, text }: PageFile): void {
  response.writeHead(200, { 'Content-Type': `${type}; charset=utf-8`, 'Cache-Control': 'no-cache' })
  response.end(text)
}

function refuse(response: ServerResponse, { status, text }: Refusal): void {
  if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer')
  end(response, status, text)
}

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' })
  response.end(`${text}\n`)
}
