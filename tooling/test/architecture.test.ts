import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)
const page = readFileSync(new URL('docs/architecture.md', root), 'utf8')

/** Every block that names the file it quotes: ```ts packages/…/src/….ts */
const quotes = [...page.matchAll(/^```ts (\S+)\n([\s\S]*?)^```$/gm)].map(([, file, code]) => ({
  file: file!,
  code: code!,
}))

/** Each line with the paths that it names: in code, and in the commands of a block. */
const linesWithPaths = page
  .replaceAll(/^```ts [\s\S]*?^```$/gm, '')
  .split('\n')
  .map((line) => [...line.matchAll(/(?<=[`\s])(?!@)[\w.*-]+\/[\w./*-]*/g)].map(([path]) => path))
  .filter((paths) => paths.length > 0)

describe('docs/architecture.md', () => {
  test('quotes the contracts of all seams', () => {
    expect(quotes.map(({ file }) => file)).toEqual([
      'packages/partitioner/src/partitioner.ts',
      'packages/protocol/src/codec.ts',
      'packages/accumulator/src/accumulator.ts',
      'packages/accumulator/src/accumulator-front.ts',
      'packages/accumulator/src/accumulator-queue.ts',
      'packages/accumulator/src/messages.ts',
      'packages/producer/src/sending-half/sending-half.ts',
      'packages/sender/src/sender.ts',
      'packages/network/src/network-client.ts',
      'packages/network/src/transport.ts',
      'packages/network/src/sasl-mechanism.ts',
    ])
  })

  test('names only files and folders that exist', () => {
    const missing = linesWithPaths.flatMap((paths) =>
      paths.filter((path, index) => !isThere(path, paths.slice(0, index))),
    )
    expect(missing).toEqual([])
    expect(linesWithPaths.flat().length).toBeGreaterThan(80)
  })

  test.each(quotes)('quotes $file as it is, but for its comments', ({ file, code }) => {
    const source = withoutComments(readFileSync(fileURLToPath(new URL(file, root)), 'utf8'))
    for (const declaration of code.split(/\n(?=export )/)) {
      expect(source).toContain(withoutComments(declaration))
    }
  })
})

/** Paths start at the root, in `packages`, or in a folder that the line has named before. */
function isThere(path: string, before: readonly string[]): boolean {
  const folders = before.map((named) => (named.includes('*') ? dirname(named) : named))
  const bases = ['', ...folders].flatMap((folder) => [folder, join('packages', folder)])
  return bases.some((base) => exists(join(base, path)))
}

/** A star stands for a part of a name. */
function exists(path: string): boolean {
  const [folder, rest] = path.split(/\/(?=[^/]*\*)/)
  if (rest === undefined) return existsSync(new URL(path, root))
  const pattern = new RegExp(`^${rest.replaceAll('.', '\\.').replaceAll('*', '.*')}$`)
  const url = new URL(folder!, root)
  return existsSync(url) && readdirSync(url).some((name) => pattern.test(name))
}

function withoutComments(code: string): string {
  return code
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/^\s*\/\/.*$/gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
