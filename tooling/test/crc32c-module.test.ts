import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { embedded, embeddedModule } from '../crc32c-module.js'

test('the embedded CRC module is what its source builds', async () => {
  expect(await readFile(embedded, 'utf8')).toBe(await embeddedModule())
})
