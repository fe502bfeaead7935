import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { allPages } from './pages.js'

/** Links and anchors of all pages, those of the API, too, that lead to nothing on this site. */
export function brokenLinks(html: string): string[] {
  const anchors = new Map<string, Set<string>>()
  const problems = allPages(html).flatMap((page) =>
    linksOf(readFileSync(join(html, page), 'utf8')).flatMap((link) => {
      const [path = '', anchor] = link.split('#')
      const target = fileAt(page, path)
      if (!existsSync(join(html, target))) return [`${page}: ${link}: no such page`]
      if (!anchor || !target.endsWith('.html')) return []
      return anchorsOf(html, target, anchors).has(decodeURIComponent(anchor))
        ? []
        : [`${page}: ${link}: no such anchor`]
    }),
  )
  return [...new Set(problems)]
}

function linksOf(text: string): string[] {
  return [...text.matchAll(/<a [^>]*?href="([^"]+)"/g)]
    .map((match) => (match[1] ?? '').replaceAll('&amp;', '&'))
    .filter((link) => !/^[a-z][a-z+.-]*:/i.test(link))
}

function fileAt(page: string, path: string): string {
  if (path === '') return page
  const file = path.startsWith('/') ? path.slice(1) : posix.join(dirname(page), path)
  return decodeURIComponent(file === '' || file.endsWith('/') ? `${file}index.html` : file)
}

function anchorsOf(html: string, page: string, known: Map<string, Set<string>>): Set<string> {
  const found = known.get(page)
  if (found) return found
  const text = readFileSync(join(html, page), 'utf8')
  const ids = new Set([...text.matchAll(/ (?:id|name)="([^"]+)"/g)].map((match) => match[1] ?? ''))
  known.set(page, ids)
  return ids
}
