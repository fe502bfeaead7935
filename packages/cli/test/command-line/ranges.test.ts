import { expect, test } from 'vitest'
import { runWith } from '../cli-run.js'

const to = ['-b', 'localhost:1', '-t', 'orders']

test.each([
  [['perf', ...to, '--keys', '9007199254740991'], 'from 0 to 1000000'],
  [['perf', ...to, '--record-bytes', '1000000000000', '--payload', 'random'], 'to 104857600'],
  [['perf', ...to, '--report-ms', '9999999999'], 'from 100 to 2147483647'],
  [['ping', ...to, '--max-block-ms', '9999999999'], 'from 1 to 2147483647'],
  [['partition', '--partitions', '99999999999', 'key'], 'from 1 to 1000000'],
])('%j, which memory or a timer cannot hold, is refused with the range', async (args, range) => {
  const { code, stderr } = await runWith(args)
  expect(code).toBe(2)
  expect(stderr).toMatch(/^sluice: option .* is invalid\. give a whole number [^\n]*\n$/)
  expect(stderr).toContain(range)
})
