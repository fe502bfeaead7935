import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { codeOfGuide, runGuide } from '../../../test/guide.js'

const example = fileURLToPath(new URL('..', import.meta.url))
const [half, use] = codeOfGuide('custom-sending-half')

describe('the guide to sending halves', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-segments-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test('shows the sending half of the example, which is type-checked', () => {
    expect(half).toBe(readFileSync(`${example}/src/segment-files.ts`, 'utf8'))
  })

  test('shows how to use it', async () => {
    const program = half + use!.replace("'segments'", JSON.stringify(folder))
    const [, partition] = (await runGuide(program, example)).match(/readings-(\d), offset 0\n/)!
    const log = join(folder, `readings-${partition}`, `${'0'.repeat(20)}.log`)
    expect(readFileSync(log, 'latin1')).toContain('21.5')
  })
})
