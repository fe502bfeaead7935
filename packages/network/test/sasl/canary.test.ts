import { inspect } from 'node:util'
import { saslAuthenticateApi, saslHandshakeApi } from '@sluice/protocol'
import { expect, test } from 'vitest'
import type { SaslMechanism } from '../../src/sasl-mechanism.js'
import { oauthBearer, plain, scramSha256, scramSha512 } from '../../src/sasl.js'
import type { SeenRequest } from '../fake-broker.js'
import { outcome, SocketWorld } from '../socket-world.js'

const canary = 'canary-4f9d-s3cret'
const username = 'canary-user'

/** The canary as it might come out: plain, in hex, in base64 at each of its three offsets, as numbers. */
const forms = [
  canary,
  Buffer.from(canary).toString('hex'),
  inspect(Buffer.from(canary)).slice(8, 40),
  [...Buffer.from(canary)].join(','),
  [...Buffer.from(canary)].join(', '),
  ...[0, 1, 2].map((offset) => {
    const shifted = Buffer.concat([Buffer.alloc(offset), Buffer.from(canary)])
    return shifted.toString('base64').slice(4, 20)
  }),
]

const credentials = { username, password: canary }
const mechanisms: [string, SaslMechanism][] = [
  ['PLAIN', plain(credentials)],
  ['PLAIN, asked', plain(async () => credentials)],
  ['SCRAM-SHA-256', scramSha256(credentials)],
  ['SCRAM-SHA-512', scramSha512(() => credentials)],
  ['OAUTHBEARER', oauthBearer({ token: canary, extensions: { canary } })],
  ['OAUTHBEARER, asked', oauthBearer({ token: async () => canary })],
]

/** What a broker may answer to a SaslAuthenticate, from kind to hostile. */
const answers: [string, (world: SocketWorld, request: SeenRequest) => unknown][] = [
  ['says yes', ({ broker }) => broker.authenticated()],
  ['says no', ({ broker }) => broker.refused()],
  [
    'repeats what it was sent',
    ({ broker }, { body }) => broker.refused(Buffer.from(body.authBytes).toString('latin1')),
  ],
  [
    'repeats it as a challenge',
    ({ broker }, { body }) => ({ ...broker.authenticated(), authBytes: body.authBytes }),
  ],
  [
    'repeats it as a reason of SCRAM',
    ({ broker }) => ({ ...broker.authenticated(), authBytes: Buffer.from(`e=x`) }),
  ],
  [
    'answers with garbage',
    ({ broker }) => ({ ...broker.authenticated(), authBytes: Buffer.from([0xff, 0, 1]) }),
  ],
]

test.each(
  mechanisms.flatMap(([name, sasl]) =>
    answers.map(([how, answer]) => [name, how, sasl, answer] as const),
  ),
)('%s shows no secret where the broker %s', async (_, __, sasl, answer) => {
  const world = new SocketWorld({ sasl, allowInsecureSasl: true })
  world.broker.mechanisms = [sasl.name]
  world.broker.script = (request) =>
    request.apiKey === saslAuthenticateApi.key ? answer(world, request) : undefined
  const exchange = sasl.begin({ host: 'x', port: 1, encrypted: false })
  const shown: unknown[] = [world.runtime, sasl, exchange, world.client]
  const connecting = outcome(world.client.connect())
  world.client.metadata.want('orders')
  // SCRAM derives its key on a thread.
  for (let turn = 0; turn < 20; turn++) {
    await world.runtime.settle()
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  // Printed with the exchange under way, and when all is over.
  expectNoSecret(shown)
  await world.client.close()
  const error = await connecting
  shown.push(error, world.client.metadata.lastError, error?.stack, error?.cause)
  expectNoSecret(shown)
  expect(world.broker.of(saslHandshakeApi).length).toBeGreaterThan(0)
})

function expectNoSecret(values: readonly unknown[]): void {
  const options = { depth: Infinity, showHidden: true, maxArrayLength: null, maxStringLength: null }
  const printed = [
    inspect(values, options),
    ...values.map((value) => String(value)),
    ...values.map((value) => safely(() => JSON.stringify(value))),
  ].join('\n')
  expect(printed.length).toBeGreaterThan(500)
  for (const form of forms) expect(printed).not.toContain(form)
}

function safely(run: () => string | undefined): string {
  try {
    return run() ?? ''
  } catch {
    return '' // cyclic
  }
}

test('the forms find what they are made for', () => {
  const forgetful = { password: canary, bytes: Buffer.from(`\0${username}\0${canary}`) }
  const options = { depth: Infinity, maxArrayLength: null }
  expect(inspect(forgetful, options)).toContain(forms[0])
  expect(inspect(forgetful, options)).toContain(forms[2])
  expect(forgetful.bytes.toString('hex')).toContain(forms[1])
  expect(JSON.stringify(forgetful.bytes)).toContain(forms[3])
  for (const prefix of ['', 'a', 'ab']) {
    const encoded = Buffer.from(prefix + canary).toString('base64')
    expect(forms.slice(5).some((form) => encoded.includes(form))).toBe(true)
  }
})
