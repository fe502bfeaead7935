import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const pages = [
  'README.md',
  ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}/README.md`),
  ...readdirSync(join(root, 'docs/guides')).map((name) => `docs/guides/${name}`),
]

test.each(pages)('%s says to install every package that its programs import', (page) => {
  const text = readFileSync(join(root, page), 'utf8')
  expect([...importedPackages(text)].filter((name) => !installedPackages(text).has(name))).toEqual(
    [],
  )
})

function importedPackages(text: string): Set<string> {
  const programs = [...text.matchAll(/```[jt]s\n([\s\S]*?)\n```/g)].map(([, code]) => code!)
  const specifiers = programs.flatMap((code) =>
    [...code.matchAll(/(?:from|import|require\() ?'([^'.][^']*)'/g)].map(([, name]) => name!),
  )
  return new Set(specifiers.filter((name) => !name.startsWith('node:')).map(packageOf))
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

/** What the lines `npm install …` of the page name. */
function installedPackages(text: string): Set<string> {
  const lines = [...text.matchAll(/^npm install (.*)$/gm)].map(([, names]) => names!)
  return new Set(lines.flatMap((line) => line.split(' ').filter((word) => !word.startsWith('-'))))
}
