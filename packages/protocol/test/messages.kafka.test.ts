import { fileURLToPath } from 'node:url'
import { startJava, type JavaProcess } from '@sluice/test-kafka'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ByteReader, ByteWriter } from '../src/index.js'
import { apis, versionsOfApi, type AnyApi } from './apis.js'
import { definedPaths, noting } from './kafka-oracle/field-paths.js'
import { javaJson } from './kafka-oracle/java-json.js'
import {
  inlined,
  isIn,
  stableVersions,
  versionsOf,
  type FieldDefinition,
  type MessageDefinition,
} from './kafka-oracle/message-definition.js'
import { valuesOf, withDefaults, type MessageValue } from './kafka-oracle/message-values.js'

/*
 * The messages against Kafka's own: its definitions say which versions and fields there are, and its classes which
 * bytes. The values are made from the definitions, so that a new field fails here until we describe it.
 */

/** The versions that Kafka has and we leave out; any other, as of a newer Kafka, fails. */
const acceptedGaps: Record<
  string,
  { readonly versions: readonly number[]; readonly reason: string }
> = {
  Metadata: { versions: [0, 1, 2, 3], reason: 'Kafka 2.1, the oldest broker we support, speaks 7' },
  AddPartitionsToTxn: { versions: [4, 5], reason: 'between brokers only' },
}

const seed = 431
const numRuns = 200

let java: JavaProcess
const definitions = new Map<string, MessageDefinition>()

beforeAll(async () => {
  java = await startJava(fileURLToPath(new URL('kafka-oracle/MessageOracle.java', import.meta.url)))
  for (const name of Object.keys(apis).flatMap((api) => [`${api}Request`, `${api}Response`])) {
    const definition = JSON.parse(await java.ask(`define\t${name}`)) as MessageDefinition
    definitions.set(name, inlined(definition))
  }
})

afterAll(() => java?.stop())

describe.each(Object.values(apis))('$name', (api) => {
  test('is spoken in every version that Kafka has, but for accepted gaps', () => {
    const definition = definitionOf(api, 'request')
    expect(api.key).toBe(definition.apiKey)
    const [kafkas, ours] = [stableVersions(definition), versionsOfApi(api)]
    const missing = kafkas.filter((version) => !ours.includes(version))
    expect(missing, 'versions we lack').toEqual(acceptedGaps[api.name]?.versions ?? [])
    expect(kafkas, 'versions we have').toEqual(expect.arrayContaining(ours))
  })

  describe.each(['request', 'response'] as const)('%s', (side) => {
    test('is flexible and has the fields as in Kafka, in every version', () => {
      for (const version of versionsOfApi(api)) {
        const definition = definitionOf(api, side)
        expect(version >= api.flexibleFrom).toBe(isIn(version, definition.flexibleVersions))
        const ours = new Set<string>()
        for (const value of fc.sample(valuesOf(definition, version), { seed, numRuns })) {
          encode(api, side, noting(value, ours), version)
        }
        expect([...ours].toSorted(), `fields of version ${version}`).toEqual(
          definedPaths(definition, version).toSorted(),
        )
      }
    })

    test.each(versionsOfApi(api))(
      'of version %i is written and read as by Java',
      async (version) => {
        const definition = definitionOf(api, side)
        await fc.assert(
          fc.asyncProperty(valuesOf(definition, version), (value) =>
            compareWithJava(api, side, version, value),
          ),
          { seed, numRuns },
        )
      },
    )
  })
})

async function compareWithJava(
  api: AnyApi,
  side: 'request' | 'response',
  version: number,
  value: MessageValue,
): Promise<void> {
  const definition = definitionOf(api, side)
  const message = `${definition.name}\t${version}\t${javaJson(definition, value, version)}`
  const bytes = encode(api, side, value, version)
  const [javas, javaReads] = await Promise.all([
    java.ask(`write\t${message}`),
    java.ask(`read\t${message}\t${bytes.toString('hex')}`),
  ])
  expect(bytes.toString('hex')).toBe(javas)
  expect(javaReads).toBe('true')
  const reader = new ByteReader(Buffer.from(javas, 'hex'))
  const read = api[side].read(reader, version, version >= api.flexibleFrom)
  const isOurs = (field: FieldDefinition) => isInRange(field, api)
  expect(read).toEqual(withDefaults(definition, value, version, isOurs))
  expect(reader.remaining).toBe(0)
}

function encode(
  api: AnyApi,
  side: 'request' | 'response',
  value: MessageValue,
  version: number,
): Buffer {
  const writer = new ByteWriter()
  api[side].write(writer, value, version, version >= api.flexibleFrom)
  return Buffer.concat(writer.finish())
}

function definitionOf({ name }: AnyApi, side: 'request' | 'response'): MessageDefinition {
  return definitions.get(`${name}${side === 'request' ? 'Request' : 'Response'}`)!
}

function isInRange({ versions }: FieldDefinition, api: AnyApi): boolean {
  const { first, last } = versionsOf(versions)
  return first <= api.maxVersion && last >= api.minVersion
}
