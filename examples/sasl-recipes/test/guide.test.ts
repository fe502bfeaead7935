import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const folder = fileURLToPath(new URL('..', import.meta.url))
const guide = readFileSync(`${folder}/../../docs/guides/custom-sasl.md`, 'utf8')
const shown = [...guide.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code)

test.each(['aws-msk-iam', 'client-credentials'])(
  'the guide to authentication shows %s as it is tested',
  (recipe) => {
    expect(shown).toContain(readFileSync(`${folder}/src/${recipe}.ts`, 'utf8'))
  },
)
