import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)

const pages = [
  ...readdirSync(new URL('docs/guides', root)).map((name) => `docs/guides/${name}`),
  ...readdirSync(new URL('examples', root))
    .map((name) => `examples/${name}/README.md`)
    .filter((page) => existsSync(new URL(page, root))),
]

/** Every block of a page that names the file it quotes: ```ts packages/…/src/….ts */
const quotes = pages.flatMap((page) =>
  [...textOf(page).matchAll(/^```[jt]s (\S+)\n([\s\S]*?)^```$/gm)].flatMap(
    ([, file = '', code = '']) =>
      code.split(/\n(?=export )/).map((declaration) => ({ page, file, declaration })),
  ),
)

test('the guides quote contracts, and READMEs of examples their code', () => {
  expect(quotes.length).toBeGreaterThanOrEqual(12)
})

test.each(quotes)('$page quotes $file as it is, but for its comments', ({ file, declaration }) => {
  expect(withoutComments(textOf(file))).toContain(withoutComments(declaration))
})

function textOf(file: string): string {
  return readFileSync(new URL(file, root), 'utf8')
}

function withoutComments(code: string): string {
  return code
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/^\s*\/\/.*$/gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
