import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { checkInstalledFiles } from '../../../src/sending-half/thread/installed-files.js'

/** A folder with these files. @returns the address of its `index` */
function folderWith(path: string, files: readonly string[], index = 'index.js'): string {
  const root = mkdtempSync(join(tmpdir(), 'sluice-files-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const folder = join(root, path)
  mkdirSync(folder, { recursive: true })
  for (const file of [...files, index]) writeFileSync(join(folder, file), '')
  return pathToFileURL(join(folder, index)).href
}

const installed = 'node_modules/@sluice/producer/dist'
const making = ['make-thread-sending-half-A1.js', 'make-thread-sending-half-A1.js.map']

test.each([
  ['the text of the thread', making, 'index.js', 'worker-text'],
  [
    'the code of the thread',
    ['worker-text-B2.js', making[1]!],
    'index.js',
    'make-thread-sending-half',
  ],
  ['a file of the other format', [...making, 'worker-text-B2.js'], 'index.cjs', 'make-thread'],
])(
  'a package that is installed without %s is an error when the producer is made',
  (_, files, index, name) => {
    const self = folderWith(installed, files, index)
    expect(() => checkInstalledFiles(self)).toThrow(
      new RegExp(`INVALID_OPTION: senderThread: the file of ${name}.* missing .*install`),
    )
  },
)

test('a package with all its files is fine, and so is a bundle, whose files nobody knows', () => {
  const whole = folderWith(installed, [...making, 'worker-text-B2.js'])
  const bundle = folderWith('apps/producer/dist', [])
  const elsewhere = `file:///build/${installed}/index.js`
  for (const self of [whole, bundle, elsewhere])
    expect(() => checkInstalledFiles(self)).not.toThrow()
  // What bundlers that write CommonJS make of the address.
  expect(() => checkInstalledFiles(undefined)).not.toThrow()
})
