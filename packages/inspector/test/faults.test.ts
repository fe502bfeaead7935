import { channel } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { closed, listening } from '../src/http/listening.js'
import { inspectProducer } from '../src/index.js'
import { StubProducer } from './stub-producer.js'

const isWatched = (): boolean => channel('sluice:request').hasSubscribers

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(2)
}

/** A client that writes what it likes. */
async function raw({ url }: { url: string }): Promise<Socket> {
  const { port, hostname } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

test('streams that are asked for behind another one are refused, and leave nothing when the connection ends', async () => {
  await using inspector = await inspectProducer(new StubProducer(), { port: 0 })
  const client = await raw(inspector)
  client.write('GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(20))
  await once(client, 'data')
  await until(isWatched)
  client.destroy()
  await until(() => !isWatched())
  expect(isWatched()).toBe(false)
})

test('a page that reads nothing holds no timer and no subscriber after the end of the producer', async () => {
  const producer = new StubProducer()
  producer.figures = { recordErrors: Object.fromEntries(longNames()) }
  await using inspector = await inspectProducer(producer, { port: 0 })
  const client = await raw(inspector)
  client.pause()
  client.write('GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await until(isWatched)
  producer.reason = 'closed'
  await until(() => !isWatched())
  expect(client.destroyed).toBe(false)
  client.destroy()
})

/** More than sockets hold. */
function longNames(): [string, number][] {
  return Array.from({ length: 200 }, (_, index) => [`${index}`.padStart(100_000, 'x'), 1])
}

test('a producer whose figures cannot be read ends the streams and not the process, and is asked again', async () => {
  const producer = new StubProducer()
  await using inspector = await inspectProducer(producer, { port: 0 })
  const read = producer.metrics.bind(producer)
  const fail = (): never => {
    throw new Error('no figures')
  }
  producer.metrics = fail
  const atFirst = await (await fetch(new URL('events', inspector.url))).text()
  expect(atFirst).toBe('event: failed\ndata: unreadable\n\n')
  producer.metrics = read
  const later = await fetch(new URL('events', inspector.url))
  producer.metrics = fail
  expect(await later.text()).toMatch(/^data: \{.*\}\n\nevent: failed\n/)
  expect(isWatched()).toBe(false)
})

test('an error of a server that listens, such as no free file descriptor, ends no process', async () => {
  const server = await listening(() => {}, 0, '127.0.0.1')
  expect(server.listening).toBe(true)
  for (const code of ['EMFILE', 'EMFILE'])
    server.emit('error', Object.assign(new Error(code), { code }))
  await closed(server)
})
