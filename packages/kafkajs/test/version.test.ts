import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../../', import.meta.url))

test('the version stays in 2.x, which agents and packages ask for: no change is a major one', () => {
  const { version } = JSON.parse(readFileSync(`${root}packages/kafkajs/package.json`, 'utf8')) as {
    version: string
  }
  expect(version).toMatch(/^2\./)
  const changes = readdirSync(`${root}.changeset`).filter((name) => name.endsWith('.md'))
  const major = changes.filter((name) =>
    /'@sluice\/kafkajs': major/.test(readFileSync(`${root}.changeset/${name}`, 'utf8')),
  )
  expect(major).toEqual([])
})
