import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { slugOf } from './site/slug.js'

/*
 * Every relative link of every Markdown file leads to a file that is there, and its #anchor to a
 * heading. Addresses on the web are not asked.
 */

const root = fileURLToPath(new URL('..', import.meta.url))
const skipped = new Set(['node_modules', 'dist', '.git', '.turbo', '.site', 'coverage'])
const anchors = new Map()
const problems = []
let links = 0

const files = markdownFiles(root)
for (const file of files) {
  for (const target of linksOf(readFileSync(file, 'utf8'))) {
    links += 1
    const problem = problemOf(file, target)
    if (problem) problems.push(`${relative(root, file)}: ${target}: ${problem}`)
  }
}
for (const problem of problems) console.log(problem)
console.log(`${links} links in ${files.length} files, ${problems.length} broken`)
process.exitCode = problems.length === 0 ? 0 : 1

function markdownFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name)) return []
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return markdownFiles(path)
    return entry.name.endsWith('.md') ? [path] : []
  })
}

/** The targets of inline links, images and link definitions, code left out, web addresses left out. */
function linksOf(text) {
  const prose = text.replace(/^(`{3,}|~{3,}).*?^\1/gms, '').replace(/`[^`\n]*`/g, '')
  const inline = [...prose.matchAll(/\]\(\s*<?([^\s)>]+)>?(?:\s+"[^"]*")?\s*\)/g)]
  const definitions = [...prose.matchAll(/^\s{0,3}\[[^\]]+\]:\s*<?([^\s>]+)/gm)]
  return [...inline, ...definitions]
    .map((match) => match[1])
    .filter((target) => !/^[a-z][a-z+.-]*:/i.test(target))
}

function problemOf(file, target) {
  const [path, anchor] = target.split('#')
  const wanted = path === '' ? file : resolve(dirname(file), decodeURIComponent(path))
  if (relative(root, wanted).startsWith('..')) return 'leads out of the repository'
  if (!existsSync(wanted)) return 'is not there'
  if (!anchor || !wanted.endsWith('.md') || statSync(wanted).isDirectory()) return undefined
  return anchorsOf(wanted).has(decodeURIComponent(anchor).toLowerCase())
    ? undefined
    : `has no heading #${anchor}`
}

/** The anchors of a file's headings, as the repository host makes them. */
function anchorsOf(file) {
  const known = anchors.get(file)
  if (known) return known
  const text = readFileSync(file, 'utf8').replace(/^(`{3,}|~{3,}).*?^\1/gms, '')
  const found = new Set(
    [...text.matchAll(/<a\s+(?:id|name)="([^"]+)"/g)].map((match) => match[1].toLowerCase()),
  )
  const seen = new Map()
  for (const [, heading] of text.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const slug = slugOf(heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1'))
    const times = seen.get(slug) ?? 0
    seen.set(slug, times + 1)
    found.add(times === 0 ? slug : `${slug}-${times}`)
  }
  anchors.set(file, found)
  return found
}
