import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import { expect, test } from 'vitest'
import type { SaslExchange } from '../../src/sasl-mechanism.js'
import { scramSha256, scramSha512, type ScramOptions } from '../../src/sasl.js'

const context = { host: 'kafka', port: 9092, encrypted: false }
const credentials = { username: 'user', password: 'pencil' }
const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64')

/** The other side of the exchange, from RFC 5802 and independent of ours. */
class Server {
  iterations = 4_096
  hash = 'sha256'
  password = 'pencil'
  exchange: SaslExchange
  clientFirst = ''
  nonce = ''

  constructor(options: ScramOptions | (() => Promise<ScramOptions>) = credentials, sha512 = false) {
    this.exchange = (sha512 ? scramSha512 : scramSha256)(options).begin(context)
    if (sha512) this.hash = 'sha512'
  }

  async first(): Promise<this> {
    this.clientFirst = text(await this.exchange.initial())
    this.nonce = this.clientFirst.split(',r=')[1]!
    return this
  }

  serverFirst(): string {
    return `r=${this.nonce}server,s=${salt.toString('base64')},i=${this.iterations}`
  }

  /** Checks the proof and gives the signature. */
  answer(clientFinal: string, serverFirst = this.serverFirst()): string {
    const [withoutProof, proof] = clientFinal.split(',p=') as [string, string]
    const message = `${this.clientFirst.slice(3)},${serverFirst},${withoutProof}`
    const length = this.hash === 'sha256' ? 32 : 64
    const salted = pbkdf2Sync(this.password, salt, this.iterations, length, this.hash)
    const hmac = (key: Buffer, data: string) => createHmac(this.hash, key).update(data).digest()
    const clientKey = hmac(salted, 'Client Key')
    const storedKey = createHash(this.hash).update(clientKey).digest()
    const signature = hmac(storedKey, message)
    const expected = Buffer.from(clientKey.map((byte, index) => byte ^ signature[index]!))
    if (expected.toString('base64') !== proof) return 'e=invalid-proof'
    return `v=${hmac(hmac(salted, 'Server Key'), message).toString('base64')}`
  }

  async next(message: string | Uint8Array): Promise<string | null> {
    const answer = await this.exchange.next(Buffer.from(message as string))
    return answer === null ? null : text(answer)
  }
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString()
}

test.each([
  ['SCRAM-SHA-256', false],
  ['SCRAM-SHA-512', true],
])('%s proves the password, and has it proved', async (_, sha512) => {
  const server = await new Server(credentials, sha512).first()
  expect(server.clientFirst).toMatch(/^n,,n=user,r=[A-Za-z0-9+/]{32}$/)
  const clientFinal = await server.next(server.serverFirst())
  expect(clientFinal).toMatch(/^c=biws,r=.*server,p=/)
  expect(await server.next(server.answer(clientFinal!))).toBeNull()
})

test('every exchange has a nonce of its own', async () => {
  const first = await new Server().first()
  const second = await new Server().first()
  expect(first.nonce).not.toBe(second.nonce)
})

test('every comma and equals sign of a user name is escaped', async () => {
  const server = await new Server({ ...credentials, username: 'a,b=c,d=,' }).first()
  expect(server.clientFirst).toMatch(/^n,,n=a=2Cb=3Dc=2Cd=3D=2C,r=/)
})

test('name and password are used as they are given', async () => {
  for (const given of [
    'geheim²',
    'mu\u0308ller',
    '１２',
    'a\tb',
    'שלום1',
    '\u00ad',
    '\u0007',
    '🔑',
    ' x ',
  ]) {
    const server = await new Server({ username: given, password: given }).first()
    server.password = given
    expect(server.clientFirst.split(',r=')[0]).toBe(`n,,n=${given}`)
    expect(server.answer((await server.next(server.serverFirst()))!)).toMatch(/^v=/)
  }
})

test('a password may hold a NUL, since the password is never sent', async () => {
  const server = await new Server({ ...credentials, password: 'a\0b' }).first()
  server.password = 'a\0b'
  expect(server.answer((await server.next(server.serverFirst()))!)).toMatch(/^v=/)
})

test('name and password are prepared where saslPrep is set', async () => {
  const options = { username: 'I\u00adX', password: '\u2168', saslPrep: true }
  const server = await new Server(options).first()
  server.password = 'IX'
  expect(server.clientFirst).toMatch(/^n,,n=IX,r=/)
  const clientFinal = await server.next(server.serverFirst())
  expect(server.answer(clientFinal!)).toMatch(/^v=/)
})

test('credentials are asked for at each authentication', async () => {
  let count = 0
  const mechanism = scramSha256(async () => ({ username: `user-${++count}`, password: 'x' }))
  const names = [
    text(await mechanism.begin(context).initial()),
    text(await mechanism.begin(context).initial()),
  ]
  expect(names.map((name) => name.split(',r=')[0])).toEqual(['n,,n=user-1', 'n,,n=user-2'])
})

test('what a function gives is checked and prepared as well', async () => {
  const server = await new Server(async () => ({
    username: 'user',
    password: () => '\u2168',
    saslPrep: true,
  })).first()
  server.password = 'IX'
  expect(server.answer((await server.next(server.serverFirst()))!)).toMatch(/^v=/)
  const wrong = scramSha256({
    username: 'user',
    password: () => 'canary\u0007',
    saslPrep: true,
  }).begin(context)
  await expect(wrong.initial()).rejects.toThrow(/^INVALID_OPTION: sasl: .*: password holds/)
})

test.each<[string, (server: Server) => string]>([
  ['a nonce that is not ours', () => 'r=other,s=AAAA,i=4096'],
  ['a nonce that is only ours', (server) => `r=${server.nonce},s=AAAA,i=4096`],
  ['too few iterations', (server) => `r=${server.nonce}x,s=AAAA,i=4095`],
  ['too many iterations', (server) => `r=${server.nonce}x,s=AAAA,i=100001`],
  ['iterations beyond all numbers', (server) => `r=${server.nonce}x,s=AAAA,i=99999999999999999999`],
  ['iterations that are no integer', (server) => `r=${server.nonce}x,s=AAAA,i=4096.5`],
  ['iterations in another form', (server) => `r=${server.nonce}x,s=AAAA,i=0x1000`],
  ['iterations with a sign', (server) => `r=${server.nonce}x,s=AAAA,i=+5000`],
  ['iterations that are none', (server) => `r=${server.nonce}x,s=AAAA,i=many`],
  ['no iterations', (server) => `r=${server.nonce}x,s=AAAA`],
  ['no salt', (server) => `r=${server.nonce}x,i=4096`],
  ['an empty salt', (server) => `r=${server.nonce}x,s=,i=4096`],
  ['a salt that is not base64', (server) => `r=${server.nonce}x,s=A*A=,i=4096`],
  ['no nonce', () => 's=AAAA,i=4096'],
  ['an extension that must be understood', (server) => `m=x,r=${server.nonce}x,s=AAAA,i=4096`],
  ['the same at the end', (server) => `r=${server.nonce}x,s=AAAA,i=4096,m=x`],
  ['nothing', () => ''],
  ['garbage', () => '\u0000\u0001\u0002'],
  ['an error', () => 'e=unknown-user'],
])('a broker that sends %s is refused', async (_, message) => {
  const server = await new Server().first()
  await expect(server.next(message(server))).rejects.toThrow(/broker/)
})

test('bytes that are no text are refused', async () => {
  const server = await new Server().first()
  await expect(server.next(Uint8Array.of(0xff, 0xfe))).rejects.toThrow('not UTF-8')
})

test('as many iterations as are allowed are done', async () => {
  const server = await new Server({ ...credentials, maxIterations: 5_000 }).first()
  server.iterations = 5_000
  expect(server.answer((await server.next(server.serverFirst()))!)).toMatch(/^v=/)
  const again = await new Server({ ...credentials, maxIterations: 5_000 }).first()
  again.iterations = 5_001
  await expect(again.next(again.serverFirst())).rejects.toThrow(
    'asks for 5001 iterations; 4096 to 5000 are allowed (maxIterations)',
  )
})

test.each<[string, (right: string) => string, RegExp]>([
  ['of another key', (right) => `v=${right.slice(2, 4)}AAAA${right.slice(8)}`, /could not prove/],
  ['that is shorter', (right) => `v=${right.slice(2, 6)}`, /could not prove/],
  ['that is empty', () => 'v=', /could not prove/],
  ['that is missing', () => '', /final message/],
  ['that is no base64', () => 'v=***', /final message/],
  ['in the wrong field', (right) => `s=${right.slice(2)}`, /final message/],
  ['and says why', () => 'e=invalid-proof', /the broker refused: invalid-proof/],
])('a broker with a signature %s has not proved itself', async (_, wrong, message) => {
  const server = await new Server().first()
  const clientFinal = await server.next(server.serverFirst())
  const answer = wrong(server.answer(clientFinal!))
  await expect(async () => server.next(answer)).rejects.toThrow(message)
})

test.each<[string, Partial<ScramOptions>]>([
  ['no user name', { username: '' }],
  ['a password that is none', { password: 5 as never }],
  ['a NUL', { username: 'a\0b' }],
  ['a control character that is to be prepared', { password: 'canary\u0007', saslPrep: true }],
  ['half a surrogate pair', { password: 'canary\ud83d' }],
  ['a wish to prepare that is none', { saslPrep: 'yes' as never }],
  ['options that are null', null as never],
  ['too small a limit', { maxIterations: 4_095 }],
])('%s is refused at once, without being shown', (_, wrong) => {
  const create = () => scramSha256(wrong === null ? wrong : { ...credentials, ...wrong })
  expect(create).toThrow(/^INVALID_OPTION: sasl: SCRAM-SHA-256: /)
  expect(create).not.toThrow(/canary|pencil/)
})
