import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ByteReader, ByteWriter, KafkaError } from '../src/index.js'
import { apis, type AnyMessage } from './apis.js'

interface Case {
  readonly api: keyof typeof apis
  readonly side: 'request' | 'response'
  readonly version: number
  readonly hex: string
  readonly value: unknown
}

/**
 * One value for each message and version. The bytes are those of Java: kafka-clients 4.3.1 wrote exactly `hex` for
 * the value (its `*DataJsonConverter` and `*Data` classes), and read `hex` as the value.
 */
const cases = readFileSync(new URL('fixtures/kafka-messages.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line, revive) as Case)

function revive(_: string, value: unknown): unknown {
  if (typeof value !== 'string') return value
  if (value.startsWith('hex:')) return Buffer.from(value.slice(4), 'hex')
  return /^-?\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value
}

const malformed = expect.objectContaining({ code: 'MALFORMED_RESPONSE' })

test('there is a case for every version of every message', () => {
  const covered = new Set(cases.map(({ api, side, version }) => `${api} ${side} ${version}`))
  for (const [name, api] of Object.entries(apis)) {
    for (let version = api.minVersion; version <= api.maxVersion; version++) {
      expect(covered).toContain(`${name} request ${version}`)
      expect(covered).toContain(`${name} response ${version}`)
    }
  }
})

test('from which version on the client waits out a throttle is said of every API that names a throttle time', () => {
  const throttled = Object.entries(apis).filter(([name]) =>
    cases.some(
      ({ api, side, value }) =>
        api === name && side === 'response' && 'throttleTimeMs' in (value as object),
    ),
  )
  // The versions are those of `shouldClientThrottle` in the response classes of kafka-clients 4.3.1.
  expect(Object.fromEntries(throttled.map(([name, api]) => [name, api.throttledFrom]))).toEqual({
    Produce: 6,
    Fetch: 8,
    ListOffsets: 3,
    Metadata: 6,
    FindCoordinator: 2,
    ApiVersions: 2,
    InitProducerId: 1,
    AddPartitionsToTxn: 1,
    AddOffsetsToTxn: 1,
    EndTxn: 1,
    DescribeTransactions: Infinity,
    TxnOffsetCommit: 1,
    OffsetFetch: 4,
    GetTelemetrySubscriptions: 0,
    PushTelemetry: 0,
  })
  const others = Object.values(apis).filter((api) => !throttled.some(([, other]) => other === api))
  expect(others.map(({ throttledFrom }) => throttledFrom)).toEqual([Infinity, Infinity])
})

describe.each(cases)('$api $side $version', ({ api, side, version, hex, value }) => {
  const type: AnyMessage = apis[api][side]
  const flexible = version >= apis[api].flexibleFrom
  const bytes = Buffer.from(hex, 'hex')

  test('is written as Java writes it', () => {
    const writer = new ByteWriter()
    type.write(writer, value, version, flexible)
    expect(Buffer.concat(writer.finish()).toString('hex')).toBe(hex)
  })

  test('is read from the bytes of Java', () => {
    const reader = new ByteReader(bytes)
    expect(type.read(reader, version, flexible)).toEqual(value)
    expect(reader.remaining).toBe(0)
  })

  test('cut at any byte is malformed', () => {
    for (let end = 0; end < bytes.length; end++) {
      const reader = new ByteReader(bytes, 0, end)
      expect(() => type.read(reader, version, flexible)).toThrow(malformed)
    }
  })

  test('with any byte changed is read or malformed, and nothing else', () => {
    for (let index = 0; index < bytes.length; index++) {
      for (const byte of [0, 1, 0x7f, 0x80, 0xff]) {
        const changed = Buffer.from(bytes)
        changed[index] = byte
        const outcome = outcomeOf(() => type.read(new ByteReader(changed), version, flexible))
        expect(['read', 'MALFORMED_RESPONSE']).toContain(outcome)
      }
    }
  })
})

function outcomeOf(read: () => unknown): string {
  try {
    read()
    return 'read'
  } catch (error) {
    return error instanceof KafkaError ? error.code : String(error)
  }
}
