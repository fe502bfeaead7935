import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adminScripts } from './beside-kafka/admin-scripts.js'
import { differences } from './beside-kafka/differences.js'
import { fencingScripts } from './beside-kafka/fencing-scripts.js'
import { commitScripts } from './beside-kafka/groups/commit-scripts.js'
import { expiryScripts } from './beside-kafka/groups/expiry-scripts.js'
import { membershipScripts } from './beside-kafka/groups/membership-scripts.js'
import { staticScripts } from './beside-kafka/groups/static-scripts.js'
import { idempotenceScripts } from './beside-kafka/idempotence-scripts.js'
import { lookupScripts } from './beside-kafka/lookup-scripts.js'
import { offsetScripts } from './beside-kafka/offset-scripts.js'
import { startPair, type Pair, type PlacedScript } from './beside-kafka/pair.js'
import { produceScripts } from './beside-kafka/produce-scripts.js'
import { randomScripts } from './beside-kafka/random-scripts.js'
import type { Script } from './beside-kafka/script.js'
import { Side } from './beside-kafka/side.js'
import { transactionScripts } from './beside-kafka/transaction-scripts.js'
import { transactionV2Scripts } from './beside-kafka/transaction-v2-scripts.js'

/** An external Kafka may have seen this test before. */
const run = Date.now().toString(36)

function placed(scripts: readonly Script[], where: string): PlacedScript[] {
  return scripts.map((script, index) => ({ ...script, topic: `script-${run}-${where}-${index}` }))
}

const transactions = [
  ...transactionScripts,
  ...transactionV2Scripts,
  ...fencingScripts,
  ...offsetScripts,
  ...randomScripts,
]
const groups = [...membershipScripts, ...commitScripts, ...expiryScripts, ...staticScripts]
const others = [
  ...idempotenceScripts,
  ...produceScripts,
  ...lookupScripts,
  ...groups,
  ...adminScripts,
]

describe.each([
  { transactionVersion: 2, scripts: placed([...others, ...transactions], 'v2') },
  { transactionVersion: 1, scripts: placed(transactions, 'v1') },
])(
  'with transaction.version $transactionVersion an embedded cluster and Kafka say the same',
  { timeout: 20_000 },
  ({ scripts, transactionVersion }) => {
    let pair: Pair | undefined
    beforeAll(async () => {
      pair = await startPair(scripts, transactionVersion)
    })
    afterAll(() => pair?.stop())

    test.each(scripts)('to $title', async ({ run: send, title, topic }) => {
      const sides = [new Side(pair!.kafka, topic), new Side(pair!.embedded, topic)] as const
      const [ofKafka, ofEmbedded] = await Promise.all(
        sides.map(async (side) => side.labels.applyTo(await send(side))),
      )
      for (const side of sides) await side.close()
      const { kafka: kafkaSays, embedded: embeddedSays } = differences[title] ?? {}
      if (!Object.hasOwn(differences, title)) expect(ofEmbedded).toEqual(ofKafka)
      else expect([ofKafka, ofEmbedded]).toEqual([kafkaSays, embeddedSays])
    })
  },
)

test('the differences are those of scripts that are still there', () => {
  const titles = new Set([...others, ...transactions].map(({ title }) => title))
  expect(Object.keys(differences).filter((title) => !titles.has(title))).toEqual([])
})
