import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)
const page = readFileSync(new URL('docs/architecture.md', root), 'utf8')

/** Every block that names the file it quotes: ```ts packages/…/src/….ts */
const quotes = [...page.matchAll(/^```ts (\S+)\n([\s\S]*?)^```$/gm)].map(([, file, code]) => ({
  file: file!,
  code: code!,
}))

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

  test.each(quotes)('quotes $file as it is, but for its comments', ({ file, code }) => {
    const source = withoutComments(readFileSync(fileURLToPath(new URL(file, root)), 'utf8'))
    for (const declaration of code.split(/\n(?=export )/)) {
      expect(source).toContain(withoutComments(declaration))
    }
  })
})

function withoutComments(code: string): string {
  return code
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/^\s*\/\/.*$/gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
