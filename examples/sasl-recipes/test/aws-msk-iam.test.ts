import { createHash, createHmac } from 'node:crypto'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { awsMskIam } from '../src/aws-msk-iam.js'

const secret = 'canary/secret+key'

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secret)
  vi.stubEnv('AWS_SESSION_TOKEN', 'session+token')
})
afterEach(() => vi.unstubAllEnvs())

async function tokenOf(region: string): Promise<URL> {
  const context = { host: 'b-1.example.kafka.amazonaws.com', port: 9098, encrypted: true }
  const initial = String(await awsMskIam(region).begin(context).initial())
  const [, token] = /^auth=Bearer ([\w-]+)$/.exec(initial.split('\x01')[1]!) ?? []
  return new URL(Buffer.from(token!, 'base64url').toString())
}

test('the token is a signed request to connect, as MSK wants it', async () => {
  const url = await tokenOf('eu-central-1')
  expect(url.origin).toBe('https://kafka.eu-central-1.amazonaws.com')
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    Action: 'kafka-cluster:Connect',
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': expect.stringMatching(
      /^AKIDEXAMPLE\/\d{8}\/eu-central-1\/kafka-cluster\/aws4_request$/,
    ),
    'X-Amz-Expires': '900',
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Security-Token': 'session+token',
  })
  expect(url.searchParams.get('X-Amz-Signature')).toBe(signatureOf(url))
  expect(decodeURIComponent(url.href)).not.toContain(secret)
})

test('a token is made for each authentication', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDROTATED')
  const url = await tokenOf('us-east-1')
  expect(url.searchParams.get('X-Amz-Credential')).toMatch(/^AKIDROTATED\//)
})

/** Signature Version 4 of a query, after the documentation of AWS. */
function signatureOf(url: URL): string {
  const date = url.searchParams.get('X-Amz-Date')!
  const scope = url.searchParams.get('X-Amz-Credential')!.split('/').slice(1)
  // The User-Agent is put behind what was signed.
  const query = [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature' && name !== 'User-Agent')
    .map((pair) => pair.map(encodeURIComponent).join('='))
    .toSorted()
    .join('&')
  const request = ['GET', '/', query, `host:${url.host}`, '', 'host', sha256('')].join('\n')
  const text = ['AWS4-HMAC-SHA256', date, scope.join('/'), sha256(request)].join('\n')
  const key = scope.reduce<Buffer>(
    (parent, part) => createHmac('sha256', parent).update(part).digest(),
    Buffer.from(`AWS4${secret}`),
  )
  return createHmac('sha256', key).update(text).digest('hex')
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
