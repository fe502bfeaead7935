import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../check-packages/run.mjs'
import { toolFile } from './installed-tools.mjs'

/** Whether tests close their producer, or leave that to the end of the process. */
const ends = { 'closed in the test': 'await producer.close()', 'left open': '' }

/** @param options - of createProducer, as code */
function testOf(options, end) {
  return `
const { createProducer } = require('@sluice/producer')
test('sends', async () => {
  const producer = createProducer({ bootstrapServers: process.env.SLUICE_ADDRESS, ${options} })
  const { offset } = await producer.send({ topic: 'jest', value: 'v' })
  expect(typeof offset).toBe('bigint')
  ${end}
})
`
}

/** A CommonJS project whose tests run in Jest ends by itself, and Jest finds nothing that is still open. */
export function jestChecks({ folder, address }) {
  return Object.entries({ inline: '', "sender's thread": 'senderThread: true' }).flatMap(
    ([mode, options]) =>
      Object.entries(ends).map(([name, end]) => ({
        name: `Jest, ${mode}: a producer that is ${name}`,
        run: () => runJest(folder, address, testOf(options, end), end !== ''),
      })),
  )
}

async function runJest(folder, address, test, isClosed) {
  const file = join(folder, 'sends.test.cjs')
  writeFileSync(file, test)
  const args = ['--rootDir', folder, '--testMatch', '**/sends.test.cjs', '--runInBand']
  const jest = [toolFile('jest/bin/jest.js'), ...args, ...(isClosed ? ['--detectOpenHandles'] : [])]
  const env = { ...process.env, SLUICE_ADDRESS: address, CI: 'true' }
  // Jest writes its report to the standard error.
  const output = await run('sh', ['-c', 'exec "$0" "$@" 2>&1', process.execPath, ...jest], {
    cwd: folder,
    env,
    timeoutMs: 60_000,
  })
  if (/did not exit|open handle/i.test(output)) throw new Error(output)
}
