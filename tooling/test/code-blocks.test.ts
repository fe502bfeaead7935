import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

/*
 * Every code block that a reader may copy is run by something, or is a drawing. What runs it is told by the block itself: each
 * entry below says how such blocks look, and names the check that runs them.
 */

interface Block {
  readonly file: string
  readonly line: number
  readonly language: string
  readonly code: string
  readonly marked: boolean
}

const root = fileURLToPath(new URL('../../', import.meta.url))
const blocks = pages().flatMap(blocksOf)
const guidesThatExamplesRun = new Set(
  [
    ...tracked('examples/*/test/*.ts')
      .map(textOf)
      .join('\n')
      .matchAll(/codeOfGuide\('(.+?)'\)/g),
  ].map(([, name]) => `docs/guides/${name}.md`),
)

const checks: Readonly<Record<string, (block: Block) => boolean>> = {
  'tooling/check-packages/examples.mjs runs what is marked, against the tarballs': ({
    file,
    marked,
  }) => marked && /^(README\.md|packages\/[^/]+\/README\.md|docs\/.*)$/.test(file),
  'a test of an example runs the blocks of its guide': ({ file, language }) =>
    /^[jt]s$/.test(language) && guidesThatExamplesRun.has(file),
  'guide-quotes.test.ts and architecture.test.ts compare what names its file': ({ language }) =>
    /^[jt]s [\w/.-]+$/.test(language),
  'install-lines.test.ts compares what is installed with what is imported': (block) =>
    isShell(block, /^npm install /),
  'tooling/check-packages/command-lines.mjs runs the command, and reads its configuration': (
    block,
  ) =>
    /command-line\.md$|cli\/README\.md$/.test(block.file) &&
    (block.language === 'ini' ||
      isShell(block, /\bsluice\b|^export SLUICE_|^#|^ {2}|^npx @sluice\/cli /)),
  'architecture.test.ts looks for the folders': (block) =>
    block.file === 'docs/architecture.md' && isShell(block, /npx vitest run /),
  '.ci/run runs it': (block) => isShell(block, /^npm ci && npm (run demo|test)$/),
  'the test below compares the version': ({ file, language }) =>
    file.endsWith('from-kafkajs.md') && language === 'json',
  'npm run test:site draws it': ({ language }) => language === 'mermaid',
  'it claims nothing': ({ language }) => language === 'text',
}

test('there are many code blocks', () => {
  expect(blocks.length).toBeGreaterThan(150)
})

test('every code block of every page is run, compared with what is run, or drawn', () => {
  const unchecked = blocks.filter((block) => !Object.values(checks).some((check) => check(block)))
  expect(unchecked.map(({ file, line, language }) => `${file}:${line} ${language}`)).toEqual([])
})

test.each(Object.entries(checks))('%s: there are such blocks', (_, check) => {
  expect(blocks.filter(check).length).toBeGreaterThan(0)
})

test('the guide for kafkajs installs the version that there is', () => {
  const guide = textOf('docs/guides/from-kafkajs.md')
  const { version } = JSON.parse(textOf('packages/kafkajs/package.json')) as { version: string }
  const shown = [...guide.matchAll(/npm:@sluice\/kafkajs@\^([\d.]+)/g)].map(([, range]) => range)
  expect(new Set(shown)).toEqual(new Set([version]))
})

/** The API reports, and the changes for the changelog, are no pages for readers. */
function pages(): string[] {
  return tracked('*.md').filter((file) => !/(^\.changeset\/|\/(api|CHANGELOG)\.md$)/.test(file))
}

function tracked(pattern: string): string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', pattern]
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' }).split('\n').filter(Boolean)
}

function blocksOf(file: string): Block[] {
  const text = textOf(file)
  return [...text.matchAll(/^[ \t]*(`{3,})(.*)\n([\s\S]*?)^[ \t]*\1$/gm)].map((match) => ({
    file,
    line: text.slice(0, match.index).split('\n').length,
    language: match[2]!,
    code: match[3]!,
    marked: /<!-- run(?:(?!-->)[\s\S])*-->\s*$/.test(text.slice(0, match.index)),
  }))
}

function isShell({ language, code }: Block, line: RegExp): boolean {
  return (
    language === 'sh' &&
    code
      .trimEnd()
      .split('\n')
      .every((one) => line.test(one))
  )
}

function textOf(file: string): string {
  return readFileSync(`${root}${file}`, 'utf8')
}
