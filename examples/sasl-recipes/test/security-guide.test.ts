import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Authority } from '../../../test/certificates.js'
import { codeOfGuide, runGuide } from '../../../test/guide.js'

const folder = fileURLToPath(new URL('..', import.meta.url))
const secrets = mkdtempSync(join(tmpdir(), 'sluice-secrets-'))
const recipes = codeOfGuide('security')

beforeAll(async () => {
  const authority = await Authority.create()
  const { cert, key } = await authority.issue({ name: 'service' })
  const files = { 'ca.pem': authority.cert, 'service.cert': cert, 'service.key': key }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(secrets, name), text)
})
afterAll(() => rmSync(secrets, { recursive: true }))

/** The recipes that need another package, or files; the others are run as the guide is checked. */
test.each([
  ['Amazon MSK', "'aws-msk-iam-sasl-signer-js'"],
  ['Aiven', "'ca.pem'"],
])('the recipe for %s makes a producer that is ready to connect', async (_, part) => {
  const recipe = recipes.find((code) => code.includes(part))
  const inFolder = recipe!.replaceAll(
    /'(ca\.pem|service\.\w+)'/g,
    (_whole, name: string) => `'${join(secrets, name)}'`,
  )
  const code = `import { createProducer } from '@sluice/producer'
    ${inFolder}
    console.log(producer.status().reason)`
  const env = { ...process.env, BROKERS: 'b-1.example:9098' }
  expect((await runGuide(code, folder, env)).trim()).toBe('notConnected')
})
