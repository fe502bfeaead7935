import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const folder = fileURLToPath(new URL('..', import.meta.url))

it('the README’s program prints where its record is', () => {
  const readme = readFileSync(`${folder}/README.md`, 'utf8')
  const [, code] = /^```js\n(.*?)^```$/ms.exec(readme)!
  const args = [
    '--conditions=@sluice/source',
    '--import=tsx',
    '--input-type=module',
    '--eval',
    code!,
  ]
  const output = execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  expect(output).toMatch(/topic: 'orders',\s+partition: 0,\s+offset: 42n,/)
})
