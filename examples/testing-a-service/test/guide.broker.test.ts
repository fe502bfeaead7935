import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { codeOfGuide, runGuide } from '../../../test/guide.js'

const folder = fileURLToPath(new URL('..', import.meta.url))

/** Field case C17. */
test('the guide to testing without Docker shows a service and its tests, which pass', async () => {
  const [service, tests] = codeOfGuide('testing-without-docker')
  const imported = "import { startBilling } from './billing.js'\n"
  const alone = tests!.replace(imported, '')
  expect(alone).not.toBe(tests)
  const printed = await runGuide(joined(service!, alone), folder)
  expect(printed).toMatch(/^# pass 5$/m)
  expect(printed).toMatch(/^# fail 0$/m)
})

/** Two files as one: what both import is imported once. */
function joined(...files: string[]): string {
  const lines = files.join('').split('\n')
  const imports = new Set(lines.filter((line) => line.startsWith('import ')))
  return [...imports, ...lines.filter((line) => !line.startsWith('import '))].join('\n')
}
