import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import type { TlsOptions as ServerOptions } from 'node:tls'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import type { TlsOptions } from '@sluice/network'
import type { KafkaError } from '@sluice/protocol'
import { beforeAll, expect, test } from 'vitest'
import { Authority, type Certificate } from '../../../../test/certificates.js'
import { createProducer, type Producer, type ProducerOptions } from '../../src/index.js'
import { TlsFront } from './tls-front.js'

/** Longer than any test may take: who is told is not told by a time-out. */
const patient = { maxBlockMs: 600_000, deliveryTimeoutMs: 600_000, requestTimeoutMs: 600_000 }

let authority: Authority
let good: Certificate
let expired: Certificate
let foreign: Certificate
let stranger: Authority

beforeAll(async () => {
  authority = await Authority.create()
  good = await authority.issue({ name: 'broker' })
  expired = await authority.issue({ name: 'broker', expired: true })
  foreign = await authority.issue({ name: 'broker', hosts: ['kafka.example'] })
  stranger = await Authority.create('a stranger')
})

async function world(server: ServerOptions, tls: TlsOptions = {}) {
  const cluster = await createEmbeddedCluster({ topics: { t: { partitions: 1 } } })
  const front = await TlsFront.start(cluster.bootstrapServers[0]!, server)
  const lines: string[] = []
  const log = (line: string) => void lines.push(line)
  const producer = createProducer({
    bootstrapServers: cluster.bootstrapServers,
    transport: front.transport({ ca: authority.cert, ...tls }),
    logger: { debug: log, info: log, warn: log, error: log },
    ...patient,
  })
  const close = async (): Promise<void> => {
    await producer.close({ timeoutMs: 0 })
    await front[Symbol.asyncDispose]()
    await cluster.close()
  }
  return { cluster, front, producer, lines, [Symbol.asyncDispose]: close }
}

function outcome(promise: Promise<unknown>): Promise<KafkaError | null> {
  return promise.then(
    () => null,
    (error: KafkaError) => error,
  )
}

/** What connect and every way to send come to. */
function failures(producer: Producer): Promise<(KafkaError | null)[]> {
  const record = { topic: 't', value: 'x' }
  return Promise.all([
    outcome(producer.connect()),
    outcome(producer.send(record)),
    outcome(producer.sendMany([record])).then((error) => error!.results![0] as KafkaError),
    new Promise<KafkaError | null>((resolve) => producer.enqueue(record, resolve)),
  ])
}

function expectRefusals(told: readonly (KafkaError | null)[], reason: RegExp): void {
  for (const error of told) {
    expect(error).toMatchObject({ code: 'TLS_AUTHENTICATION_FAILED', retriable: false })
    expect(error!.message).toMatch(reason)
  }
}

const asking = (more: ServerOptions = {}): ServerOptions => ({
  ...good,
  requestCert: true,
  ca: authority.cert,
  ...more,
})
const noneOfClient = /the broker asks for a certificate of the client .* tls\.cert and tls\.key/

test.each<[string, () => ServerOptions, () => TlsOptions, RegExp]>([
  [
    'a certificate that has expired',
    () => expired,
    () => ({}),
    /certificate has expired; it must be renewed/,
  ],
  [
    'a certificate for another host',
    () => foreign,
    () => ({}),
    /altnames: .*; .* set tls\.servername/,
  ],
  [
    'a certificate of another authority',
    () => good,
    () => ({ ca: stranger.cert }),
    /no certificate in tls\.ca has signed it; give the authority/,
  ],
  ['a broker that asks for a certificate of the client', () => asking(), () => ({}), noneOfClient],
  [
    'a broker that asks for one over TLS 1.2',
    () => asking({ maxVersion: 'TLSv1.2' }),
    () => ({}),
    /tls\.cert is not given|look at .*tls\.cert and tls\.key/,
  ],
  [
    'a broker without a version in common',
    () => ({ ...good, maxVersion: 'TLSv1.2' }),
    () => ({ minVersion: 'TLSv1.3' }),
    /look at tls\.minVersion and tls\.maxVersion/,
  ],
])('%s fails connect and all that is sent at once, with the reason', async (...row) => {
  const [, server, client, reason] = row
  await using one = await world(server(), client())
  expectRefusals(await failures(one.producer), reason)
  expect(one.front.accepted).toBeLessThan(5)
})

test('a port that answers in plain text fails connect and all that is sent at once', async () => {
  const server = createServer((socket) => socket.on('error', () => {}).end('HTTP/1.1 400\r\n'))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const bootstrapServers = `127.0.0.1:${port}`
  const producer = createProducer({ bootstrapServers, tls: { ca: authority.cert }, ...patient })
  expectRefusals(await failures(producer), /does this port speak TLS\?/)
  await producer.close({ timeoutMs: 0 })
  server.close()
})

test('who comes after the certificate was renewed is served, and the trouble was told once', async () => {
  await using one = await world(expired)
  const send = () => outcome(one.producer.send({ topic: 't', value: 'later' }))
  expect((await send())!.code).toBe('TLS_AUTHENTICATION_FAILED')
  one.front.show(good)
  await expect.poll(send, { timeout: 20_000 }).toBeNull()
  const refusals = one.lines.filter((line) => line.includes('certificate has expired'))
  expect(refusals).toHaveLength(1)
})

test('records for a known broker whose certificate is refused fail at once, until it is renewed', async () => {
  await using one = await world(good)
  const send = () => outcome(one.producer.send({ topic: 't', value: 'x' }))
  expect(await send()).toBeNull()
  one.front.show(expired)
  one.front.cut()
  const code = async () => (await send())?.code
  await expect.poll(code, { timeout: 20_000 }).toBe('TLS_AUTHENTICATION_FAILED')
  one.front.show(good)
  await expect.poll(send, { timeout: 20_000 }).toBeNull()
})

test('options of TLS that cannot work fail where the producer is made, or from a function at the connection', async () => {
  const make = (tls: ProducerOptions['tls']) =>
    createProducer({ bootstrapServers: 'localhost:1', tls: tls!, ...patient })
  expect(() => make({ ca: './ca.pem' })).toThrow(/^INVALID_OPTION: tls\.ca looks like a path/)
  expect(() => make({ cert: good.cert })).toThrow(/^INVALID_OPTION: tls\.cert is given without/)
  const producer = make(() => ({ ca: './ca.pem' }))
  const told = await Promise.all([
    outcome(producer.connect()),
    outcome(producer.send({ topic: 't', value: 'x' })),
  ])
  await producer.close({ timeoutMs: 0 })
  for (const error of told) {
    expect(error!.code).toBe('INVALID_OPTION')
    expect(error!.message).toContain('tls.ca looks like a path')
  }
})
