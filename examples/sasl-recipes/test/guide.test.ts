import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { codeOfGuide } from '../../../test/guide.js'

const folder = fileURLToPath(new URL('..', import.meta.url))
const shown = codeOfGuide('custom-sasl')

test.each(['aws-msk-iam', 'client-credentials'])(
  'the guide to authentication shows %s as it is tested',
  (recipe) => {
    expect(shown).toContain(readFileSync(`${folder}/src/${recipe}.ts`, 'utf8'))
  },
)
