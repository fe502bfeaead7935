import { expect, test } from 'vitest'
import { oauthBearer, plain, type OAuthBearerOptions } from '../../src/sasl.js'

const context = { host: 'kafka', port: 9092, encrypted: true }
const none = new Uint8Array()

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString()
}

test('PLAIN sends name and password as they are, and is content', async () => {
  const exchange = plain({ username: 'ünï', password: 'p=,"' }).begin(context)
  expect(text(await exchange.initial())).toBe('\0ünï\0p=,"')
  expect(exchange.next(none)).toBeNull()
})

test('PLAIN asks for credentials at each authentication', async () => {
  let count = 0
  const mechanism = plain(async () => ({ username: 'user', password: `${++count}` }))
  expect(text(await mechanism.begin(context).initial())).toBe('\0user\x001')
  expect(text(await mechanism.begin(context).initial())).toBe('\0user\x002')
})

test('each part of the credentials may be a function, too', async () => {
  const mechanism = plain({ username: () => 'user', password: async () => 'secret' })
  expect(text(await mechanism.begin(context).initial())).toBe('\0user\0secret')
  const wrong = plain({ username: 'user', password: () => 'canary\0' }).begin(context)
  await expect(wrong.initial()).rejects.toThrow(/^INVALID_OPTION: sasl: PLAIN: password must not/)
})

test('PLAIN copies what it is given', async () => {
  const credentials = { username: 'user', password: 'first' }
  const mechanism = plain(credentials)
  credentials.password = 'second'
  expect(text(await mechanism.begin(context).initial())).toBe('\0user\0first')
})

test.each([
  [{ username: 'a\0b', password: 'x' }],
  [{ username: 'a', password: 'canary\0b' }],
  [{ username: '', password: 'x' }],
  [{ username: 'a' }],
  [null],
])('PLAIN refuses %j without showing it', (credentials) => {
  const create = () => plain(credentials as never)
  expect(create).toThrow(/^INVALID_OPTION: sasl: PLAIN: (username|password) must/)
  expect(create).not.toThrow('canary')
})

test('OAUTHBEARER sends the token and its extensions', async () => {
  const extensions = { logicalCluster: 'lkc-1', identityPoolId: 'pool-1' }
  const exchange = oauthBearer({ token: 'abc.def-~+/==', extensions }).begin(context)
  expect(text(await exchange.initial())).toBe(
    'n,,\x01auth=Bearer abc.def-~+/==\x01logicalCluster=lkc-1\x01identityPoolId=pool-1\x01\x01',
  )
  expect(exchange.next(none)).toBeNull()
})

test('OAUTHBEARER asks for a token at each authentication', async () => {
  let count = 0
  const mechanism = oauthBearer({ token: async () => `token-${++count}` })
  await mechanism.begin(context).initial()
  expect(text(await mechanism.begin(context).initial())).toContain('Bearer token-2\x01')
})

test('OAUTHBEARER acknowledges a refusal, which is one even if the broker then says nothing', async () => {
  const exchange = oauthBearer({ token: 'abc' }).begin(context)
  await exchange.initial()
  const refusal = Buffer.from('{"status":"invalid_token","scope":"x"}')
  expect(exchange.next(refusal)).toEqual(Uint8Array.of(1))
  expect(() => exchange.next(none)).toThrow('the broker refused the token: invalid_token')
})

test('OAUTHBEARER takes a refusal that makes no sense', async () => {
  const exchange = oauthBearer({ token: 'abc' }).begin(context)
  await exchange.initial()
  expect(exchange.next(Buffer.from('nonsense'))).toEqual(Uint8Array.of(1))
  expect(() => exchange.next(none)).toThrow(/^the broker refused the token$/)
})

test.each<[string, Partial<OAuthBearerOptions>]>([
  ['a separator in the token', { token: 'canary\x01user=admin' }],
  ['a space in the token', { token: 'Bearer canary' }],
  ['an empty token', { token: '' }],
  ['a token that is none', { token: { canary: 1 } as never }],
  ['a separator in an extension', { extensions: { a: 'canary\x01auth=x' } }],
  ['an extension called auth', { extensions: { auth: 'canary' } }],
  ['an extension with another character', { extensions: { 'a-b': 'canary' } }],
  ['an extension that is no text', { extensions: { a: 1 as never } }],
])('OAUTHBEARER refuses %s without showing it', async (_, wrong) => {
  const create = () => oauthBearer({ token: 'abc', ...wrong })
  expect(create).toThrow(/^INVALID_OPTION: sasl: OAUTHBEARER: /)
  expect(create).not.toThrow('canary')
  const later = oauthBearer({
    token: () => (wrong.token as string) ?? 'abc',
    extensions: () => (wrong.extensions ?? {}) as Record<string, string>,
  })
  await expect(later.begin(context).initial()).rejects.toThrow(/^INVALID_OPTION/)
})

test.each([
  ['abc.def\n', 'there is white space around the token, so trim it'],
  ['Bearer abc.def', 'leave out the word Bearer'],
  ['bearer  abc.def\n', 'leave out the word Bearer'],
])('OAUTHBEARER says what is too much about the token %j', (token, advice) => {
  expect(() => oauthBearer({ token })).toThrow(advice)
})

test('OAUTHBEARER refuses a bare token without showing it', () => {
  const create = (): unknown => oauthBearer('s3cret' as never)
  expect(create).toThrow('INVALID_OPTION: sasl: OAUTHBEARER: the argument is text; give { token }')
})

test.each(['geheim²', 'mu\u0308ller', 'two\u00a0words', 'tab\t', 'שלום1', '🔑', '\u0007'])(
  'PLAIN sends %j as it is',
  async (given) => {
    const exchange = plain({ username: given, password: given }).begin(context)
    expect(text(await exchange.initial())).toBe(`\0${given}\0${given}`)
  },
)

test('PLAIN refuses half a surrogate pair, which has no bytes', () => {
  const create = () => plain({ username: 'user', password: 'canary\udc00' })
  expect(create).toThrow(/^INVALID_OPTION: sasl: PLAIN: password must not hold half a surrogate/)
  expect(create).not.toThrow('canary')
})
