import { OAuth2Server } from 'oauth2-mock-server'
import { allowInsecureRequests, discovery, type Configuration } from 'openid-client'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { clientCredentials } from '../src/client-credentials.js'

const server = new OAuth2Server()
let issuer: Configuration
let issued = 0
let status = 200

beforeAll(async () => {
  await server.issuer.keys.generate('RS256')
  await server.start(0, 'localhost')
  server.service.on('beforeResponse', (response: { statusCode: number; body: unknown }) => {
    issued++
    response.statusCode = status
    if (status === 200) Object.assign(response.body as object, { expires_in: 10 })
  })
  issuer = await discovery(new URL(server.issuer.url!), 'orders', 'secret', undefined, {
    execute: [allowInsecureRequests],
  })
})
afterAll(() => server.stop())

const context = { host: 'kafka', port: 9092, encrypted: true }

test('one token serves connections that open together, and later ones until 80 % of its life are over', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  const mechanism = clientCredentials(issuer, { scope: 'kafka' })
  const authenticate = async () => String(await mechanism.begin(context).initial())
  const [first, second] = await Promise.all([authenticate(), authenticate()])
  vi.advanceTimersByTime(7_999)
  const third = await authenticate()
  expect(first.split('\x01')[1]).toMatch(/^auth=Bearer [\w-]+\.[\w-]+\.[\w-]+$/)
  expect([second, third]).toEqual([first, first])
  expect(issued).toBe(1)
  vi.advanceTimersByTime(1)
  await authenticate()
  expect(issued).toBe(2)
  vi.useRealTimers()
})

test('an issuer that fails is asked again', async () => {
  const mechanism = clientCredentials(issuer)
  status = 503
  await expect(mechanism.begin(context).initial()).rejects.toThrow(/response/)
  status = 200
  expect(String(await mechanism.begin(context).initial())).toContain('Bearer ')
})
