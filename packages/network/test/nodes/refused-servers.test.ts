import { metadataApi, zeroUuid } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { FakeBroker } from '../fake-broker.js'
import { outcome, SocketWorld } from '../socket-world.js'

/** As the TLS transport describes it, with Node's code. */
function refusal(reason = 'certificate has expired', code = 'CERT_HAS_EXPIRED'): Error {
  return Object.assign(new Error(`TLS failed: ${reason}`), { code })
}

const three = ['broker-1:9092', 'broker-2:9092', 'broker-3:9092']

function worldOf(brokers: number, refused: readonly number[]): SocketWorld {
  const world = new SocketWorld({ brokers, bootstrapServers: three.slice(0, brokers) })
  world.runtime.random = () => 0
  for (const id of refused) world.network.refuse(`broker-${id}:9092`, refusal())
  return world
}

async function connect(world: SocketWorld) {
  const connecting = outcome(world.client.connect())
  await world.runtime.settle()
  return connecting
}

test('a server whose certificate is refused fails connect at once, for good, with the reason', async () => {
  const world = worldOf(1, [1])
  const error = await connect(world)
  expect(error).toMatchObject({ code: 'TLS_AUTHENTICATION_FAILED', retriable: false })
  expect(error!.message).toBe(
    'TLS_AUTHENTICATION_FAILED: no bootstrap server serves: broker-1:9092: TLS failed: certificate has expired',
  )
  expect(world.client.metadata.lastError).toBe(error)
})

test('every server is asked before a refusal counts, and each says why', async () => {
  const world = worldOf(3, [1, 2, 3])
  const error = await connect(world)
  expect(error!.code).toBe('TLS_AUTHENTICATION_FAILED')
  expect(world.network.attempts).toEqual(three)
  for (const server of three) expect(error!.message).toContain(`${server}: TLS failed`)
})

test('a server that cannot be reached may have a good certificate', async () => {
  const world = worldOf(3, [1, 3])
  world.network.refuse('broker-2:9092')
  const error = await connect(world)
  expect(error).toMatchObject({ code: 'CONNECTION_FAILED', retriable: true })
  expect(error!.message).toContain('broker-1:9092: TLS failed: certificate has expired')
})

/** The bootstrap server has a good certificate, of the three brokers these have not. */
function behindGoodSeed(refused: readonly number[]): SocketWorld {
  const world = new SocketWorld({ brokers: 3, bootstrapServers: 'seed:9092' })
  new FakeBroker(world.view).listen(world.network, 'seed:9092')
  const foreign = refusal('not in altnames', 'ERR_TLS_CERT_ALTNAME_INVALID')
  for (const id of refused) world.network.refuse(`broker-${id}:9092`, foreign)
  return world
}

test('certificates that are refused at every advertised address fail connect at once, and each is named', async () => {
  const error = await connect(behindGoodSeed([1, 2, 3]))
  expect(error).toMatchObject({ code: 'TLS_AUTHENTICATION_FAILED', retriable: false })
  for (const id of [1, 2, 3])
    expect(error!.message).toContain(`broker ${id} at broker-${id}:9092: TLS failed: not in alt`)
  expect(error!.message).not.toContain('resolve and reach')
})

test('a broker that cannot be reached beside two that are refused may have a good certificate', async () => {
  const world = behindGoodSeed([1, 2])
  world.network.refuse('broker-3:9092')
  const error = await connect(world)
  expect(error).toMatchObject({ code: 'CONNECTION_FAILED', retriable: true })
  expect(error!.message).toContain('TLS failed: not in altnames')
})

test('one broker with a good certificate at its advertised address is enough', async () => {
  expect(await connect(behindGoodSeed([1, 3]))).toBeNull()
})

test('one server with a good certificate is enough', async () => {
  const world = worldOf(3, [1, 2])
  expect(await connect(world)).toBeNull()
  const [{ level, message } = { level: '', message: '' }] = world.runtime.logged
  expect(level).toBe('debug')
  for (const server of three.slice(0, 2)) expect(message).toContain(`${server}: TLS failed`)
})

test('the client goes on trying, and serves once a certificate was renewed', async () => {
  const world = worldOf(1, [1])
  world.client.metadata.want('orders')
  await world.runtime.settle()
  expect(world.client.metadata.lastError?.code).toBe('TLS_AUTHENTICATION_FAILED')
  await world.runtime.pass(5_000)
  expect(world.network.attempts.length).toBeGreaterThan(5)
  world.broker.listen(world.network, 'broker-1:9092')
  await world.runtime.pass(2_000)
  expect(world.client.metadata.lastError).not.toMatchObject({ code: 'TLS_AUTHENTICATION_FAILED' })
  expect(world.broker.of(metadataApi).length).toBeGreaterThan(0)
})

test('a known broker that is refused says so until it is reached', async () => {
  const world = new SocketWorld({ brokers: 2 })
  await world.connected(1)
  world.network.refuse('broker-2:9092', refusal())
  world.client.ready(2)
  await world.runtime.settle()
  expect(world.client.authenticationFailure!(2)).toMatchObject({
    code: 'TLS_AUTHENTICATION_FAILED',
  })
  expect(world.client.authenticationFailure!(1)).toBeNull()
  world.brokers[1]!.listen(world.network, 'broker-2:9092')
  await world.runtime.pass(2_000)
  world.client.ready(2)
  await world.runtime.settle()
  expect(world.client.authenticationFailure!(2)).toBeNull()
  expect(world.client.ready(2)).toBe(true)
})

const alert = () =>
  refusal('tlsv13 alert certificate required', 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED')

test('a broker that refuses the certificate of the client after the handshake is a refusal, too', async () => {
  const world = new SocketWorld()
  world.network.listen('broker-1:9092', (stream) => {
    stream.onBytes = () => stream.hangUp(alert())
  })
  const error = await connect(world)
  expect(error!.code).toBe('TLS_AUTHENTICATION_FAILED')
  expect(error!.message).toMatch(
    /alert certificate required; the broker asks for a certificate of the client .*tls\.cert/,
  )
})

test('an alert on a connection that has served is no refusal', async () => {
  const world = await new SocketWorld().connected(1)
  world.network.open[0]!.hangUp(alert())
  await world.runtime.settle()
  expect(world.client.authenticationFailure!(1)).toBeNull()
  expect(world.warnings).toEqual([expect.stringContaining('CONNECTION_CLOSED')])
})

test('hundred refusals make three lines, and the end of the trouble one', async () => {
  const world = worldOf(1, [1])
  world.client.metadata.want('orders')
  await world.runtime.pass(110_000)
  expect(world.network.attempts.length).toBeGreaterThan(100)
  const [first = { message: '' }] = world.runtime.logged
  const [message, next] = first.message.split('; ')
  expect(message).toMatch(/^TLS_AUTHENTICATION_FAILED: no bootstrap server serves: /)
  expect(next).toBe('trying again, with pauses that grow to 1000 ms')
  expect(world.runtime.logged.slice(1)).toEqual([
    { level: 'warn', message: `${message} (10 times in 4 s)` },
    { level: 'warn', message: `${message} (100 times in 76 s)` },
  ])
  world.broker.listen(world.network, 'broker-1:9092')
  world.view.topics.set('orders', { id: zeroUuid, partitions: [{ leader: 1 }] })
  await world.runtime.pass(5_000)
  expect(world.runtime.logged.slice(3)).toEqual([
    {
      level: 'info',
      message: expect.stringMatching(/^the cluster answers after \d+ failures in 11\d s$/),
    },
  ])
})

test('servers that fail in another order each time are no news', async () => {
  const world = worldOf(3, [1, 2, 3])
  let turn = 0
  world.runtime.random = () => (turn++ % 3) / 3
  world.client.metadata.want('orders')
  await world.runtime.pass(5_000)
  expect(world.network.attempts.length).toBeGreaterThan(15)
  expect(world.warnings).toHaveLength(1)
})
