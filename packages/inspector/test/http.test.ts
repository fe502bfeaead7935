import { channel } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { get, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { hostname } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { createMockProducer } from '@sluice/producer/testing'
import { expect, test } from 'vitest'
import { type Inspector, type InspectorOptions, inspectProducer } from '../src/index.js'
import { StubProducer } from './stub-producer.js'

const token = 'a-secret-of-the-service'
const isWatched = (): boolean => channel('sluice:request').hasSubscribers

function open(options: Partial<InspectorOptions> = {}): Promise<Inspector> {
  return inspectProducer(new StubProducer(), { port: 0, ...options })
}

/** The answer as far as its head. */
async function ask(
  { url }: { url: string },
  path: string,
  headers: Record<string, string> = {},
): Promise<IncomingMessage> {
  const request = get(new URL(path, url), { headers, agent: false })
  request.on('error', () => {})
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  response.on('error', () => {})
  return response
}

async function statusOf(
  inspector: Inspector,
  path: string,
  headers: Record<string, string> = {},
): Promise<number | undefined> {
  const response = await ask(inspector, path, headers)
  response.destroy()
  return response.statusCode
}

async function firstData(response: IncomingMessage): Promise<string> {
  const [chunk] = (await once(response, 'data')) as [Buffer]
  return chunk.toString()
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(2)
}

test('the page and its files load nothing from elsewhere', async () => {
  await using inspector = await open()
  for (const path of ['/', '/page.css', '/page.js']) {
    const response = await ask(inspector, path)
    const text = (await response.toArray()).join('')
    expect([path, response.statusCode]).toEqual([path, 200])
    expect(text.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:\/\//)
    expect(response.headers['content-security-policy']).toContain("default-src 'none'")
    expect(response.headers['access-control-allow-origin']).toBeUndefined()
  }
  expect(await statusOf(inspector, '/package.json')).toBe(404)
  expect(await statusOf(inspector, '/../src/index.ts')).toBe(404)
})

test('two pages at once get snapshots, and the channels are listened to until both are gone', async () => {
  await using inspector = await open()
  expect(isWatched()).toBe(false)
  const pages = [await ask(inspector, '/events'), await ask(inspector, '/events')]
  for (const page of pages) {
    expect(page.headers['content-type']).toBe('text/event-stream')
    expect(await firstData(page)).toMatch(/^data: \{"at":.*\}\n\n$/)
  }
  pages[0]!.destroy()
  await pause(20)
  expect(isWatched()).toBe(true)
  pages[1]!.destroy()
  await until(() => !isWatched())
})

test.each<[string, (port: string) => IncomingHttpHeaders, number]>([
  ['localhost', (port) => ({ host: `localhost:${port}` }), 200],
  ['another port, as behind a tunnel', () => ({ host: '127.0.0.1:9' }), 200],
  ['a name that was bound to this address', (port) => ({ host: `evil.example:${port}` }), 421],
  ['a name that only begins so', (port) => ({ host: `localhost.evil.example:${port}` }), 421],
  ['an address that only begins so', () => ({ host: '127.0.0.1.evil.example' }), 421],
  ['an address of another network', () => ({ host: '10.0.0.1' }), 421],
  ['what is no name', () => ({ host: '@' }), 421],
  ['a name behind a user', () => ({ host: 'evil@127.0.0.1' }), 421],
  ['a path', () => ({ host: '127.0.0.1/x' }), 421],
  ['its own origin', (port) => ({ origin: `http://127.0.0.1:${port}` }), 200],
  ['the origin of another site', () => ({ origin: 'https://evil.example' }), 403],
  ['the origin of another port', () => ({ origin: 'http://127.0.0.1:1' }), 403],
  ['an opaque origin', () => ({ origin: 'null' }), 403],
  ['a page of another site, without an origin', () => ({ 'sec-fetch-site': 'cross-site' }), 403],
  ['a page of the same host and another port', () => ({ 'sec-fetch-site': 'same-site' }), 403],
])('a request that names %s is answered or refused', async (_, headersOf, status) => {
  await using inspector = await open()
  const headers = headersOf(new URL(inspector.url).port) as Record<string, string>
  expect(await statusOf(inspector, '/events', headers)).toBe(status)
  expect(await statusOf(inspector, '/', headers)).toBe(status)
})

/** What a browser says of a link that is followed in a window. */
const link = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }

test.each<[string, string, Record<string, string>, number]>([
  ['a link of another site', '/', { ...link, 'sec-fetch-site': 'cross-site' }, 200],
  ['a link of another port', '/', { ...link, 'sec-fetch-site': 'same-site' }, 200],
  ['a link to snapshots', '/events', { ...link, 'sec-fetch-site': 'cross-site' }, 403],
  ['a link to a part of the page', '/page.js', { ...link, 'sec-fetch-site': 'cross-site' }, 403],
  [
    'a frame of another site',
    '/',
    { ...link, 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'iframe' },
    403,
  ],
  [
    'a script of another site',
    '/',
    { ...link, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
    403,
  ],
  [
    'a form of another site',
    '/',
    { ...link, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    403,
  ],
  [
    'a link by a name that was bound to this address',
    '/',
    { ...link, 'sec-fetch-site': 'cross-site', host: 'evil.example' },
    421,
  ],
])('%s to %s is answered or refused', async (_, path, headers, status) => {
  await using inspector = await open()
  const { headers: answered, statusCode } = await ask(inspector, path, headers)
  expect(statusCode).toBe(status)
  expect(answered['content-security-policy']).toContain("frame-ancestors 'none'")
  expect(answered['cross-origin-opener-policy']).toBe('same-origin')
})

test('with a token nothing is shown without it, and addresses and the own name are known', async () => {
  await using inspector = await open({ token, host: '0.0.0.0' })
  const local = { ...inspector, url: `http://127.0.0.1:${new URL(inspector.url).port}/` }
  const authorization = `Bearer ${token}`
  const statuses = [{}, { authorization: 'Bearer wrong' }, { authorization: token }].map(
    (headers) => statusOf(local, '/events', headers as Record<string, string>),
  )
  expect(await Promise.all(statuses)).toEqual([401, 401, 401])
  expect(await statusOf(local, `/events?token=${token}`)).toBe(401)
  for (const host of ['10.0.0.1', '[fe80::1]:80', hostname(), 'localhost'])
    expect([host, await statusOf(local, '/events', { authorization, host })]).toEqual([host, 200])
  const foreign = { authorization, host: 'evil.example' }
  expect(await statusOf(local, '/events', foreign)).toBe(421)
  // The page itself is no secret: it asks for the token.
  expect(await statusOf(local, '/')).toBe(200)
  expect(inspector.url).not.toContain(token)
  expect(JSON.stringify(inspector)).not.toContain(token)
})

test('nothing can be written', async () => {
  await using inspector = await open()
  const response = await fetch(new URL('/events', inspector.url), { method: 'POST', body: 'x' })
  expect(response.status).toBe(405)
})

test('no more than sixteen pages watch at once', async () => {
  await using inspector = await open()
  const pages = await Promise.all(Array.from({ length: 16 }, () => ask(inspector, '/events')))
  expect(pages.every(({ statusCode }) => statusCode === 200)).toBe(true)
  expect(await statusOf(inspector, '/events')).toBe(503)
  pages[0]!.destroy()
  let status: number | undefined = 503
  while (status === 503) status = await statusOf(inspector, '/events')
  expect(status).toBe(200)
})

test('close() ends every connection, also idle ones and those that send nothing, and frees the port', async () => {
  const inspector = await open()
  const { port } = new URL(inspector.url)
  const page = await ask(inspector, '/events')
  const silent = connect({ port: Number(port), host: '127.0.0.1' })
  await once(silent, 'connect')
  const ends = [page, silent].map((one) => new Promise((resolve) => one.on('close', resolve)))
  page.resume()
  silent.on('error', () => {}).resume()
  await Promise.all([inspector.close(), inspector.close()])
  await Promise.all(ends)
  expect(isWatched()).toBe(false)
  await using again = await open({ port: Number(port) })
  expect(again.url).toBe(inspector.url)
})

test('what a slow page does not take is skipped: the memory it needs has a bound', async () => {
  const producer = new StubProducer()
  // Long names, so that the socket is full soon.
  const names = Array.from({ length: 8 }, (_, index) => `${index}${'t'.repeat(20_000)}`)
  const total = { recordSendTotal: 1, recordAckTotal: 0, recordErrorTotal: 0, recordRetryTotal: 0 }
  producer.figures = {
    topics: Object.fromEntries(names.map((name) => [name, { ...total, byteTotal: 0 }])),
  }
  const { EventStream } = await import('../src/http/event-stream.js')
  const { createServer } = await import('node:http')
  let most = 0
  let onEnded = (): void => {}
  const ended = new Promise<void>((resolve) => (onEnded = resolve))
  const snapshot = JSON.stringify(producer.metrics())
  const server = createServer((_, response) => {
    const stream = new EventStream(response)
    for (let i = 0; i < 149; i++) {
      stream.show(snapshot)
      most = Math.max(most, response.writableLength)
    }
    response.on('close', onEnded)
    for (let i = 0; i < 10; i++) stream.show(snapshot)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address!.port : 0
  const slow = connect({ port, host: '127.0.0.1' }).pause()
  slow.on('error', () => {}).write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
  // A page that takes nothing for so long is ended.
  await ended
  expect(most).toBeLessThan(2 * snapshot.length)
  slow.destroy()
  server.close()
})

test('a producer that is closed ends the stream with its last figures; the page can still be opened', async () => {
  const producer = createMockProducer({})
  await using inspector = await inspectProducer(producer, { port: 0 })
  const page = await ask(inspector, '/events')
  await producer.send({ topic: 'orders', key: 'secret-key', value: 'secret-value' })
  await producer.close()
  const text = (await page.toArray()).join('')
  expect(text).toMatch(/"reason":"closed"[^\n]*\n\nevent: end\ndata: closed\n\n$/)
  expect(text).toContain('"acknowledged":1')
  expect(text).not.toContain('secret')
  const later = (await (await ask(inspector, '/events')).toArray()).join('')
  expect(later.match(/^data: \{/gm)).toHaveLength(1)
  expect(later).toContain('event: end')
})

test.each<[string, unknown, RegExp]>([
  ['no options', undefined, /inspectProducer/],
  ['no port', {}, /port is undefined; give a whole number from 0 to 65535/],
  ['an unknown option', { port: 0, tokens: 'x' }, /no option tokens; did you mean token\?/],
  ['a host of the network without a token', { port: 0, host: '0.0.0.0' }, /give a token, too/],
  ['a name as the host without a token', { port: 0, host: 'localhost.evil' }, /give a token/],
  ['a short token', { port: 0, token: 'short' }, /token is not 16 or more/],
  ['a token with blanks', { port: 0, token: `${token} ${token}` }, /token is not 16 or more/],
])('%s is refused, and a token is never quoted', async (_, options, message) => {
  const refused = inspectProducer(new StubProducer(), options as InspectorOptions)
  await expect(refused).rejects.toThrow(message)
  const error: unknown = await refused.catch((thrown: unknown) => thrown)
  expect(String(error)).toContain('INVALID_OPTION')
  expect(String(error)).not.toContain(`${token} ${token}`)
  expect(String(error)).not.toContain('short')
})

test('a port that is taken is told with what to do', async () => {
  await using inspector = await open()
  const port = Number(new URL(inspector.url).port)
  await expect(open({ port, token })).rejects.toThrow(/EADDRINUSE; give another port, or 0/)
})
