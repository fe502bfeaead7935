import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { guides } from '../sidebar.js'

/** Of the pages of the API, which one generator makes, the browser opens one in so many. */
const sampled = 25

/** Every page of the built site, as `guides/streams.html`. */
export function allPages(html: string): string[] {
  if (!existsSync(join(html, 'index.html'))) {
    throw new Error('there is no site in docs/.site/html: run npm run docs:site')
  }
  return readdirSync(html, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.html') && name !== '404.html')
    .toSorted()
}

/** Every page, of the API only the first pages of the packages and some others. */
export function pagesToVisit(html: string): string[] {
  return allPages(html).filter(
    (page, index) =>
      !page.startsWith('api/') ||
      /^api\/(@sluice\/[^/]+\/)?index\.html$/.test(page) ||
      index % sampled === 0,
  )
}

/** Guides and documents that readers cannot find, since the sidebar does not name them, and names without a page. */
export function unlistedPages(html: string): string[] {
  const listed = new Set(
    guides.flatMap(({ items = [] }) => items.map(({ link }) => `${link?.slice(1)}.html`)),
  )
  const pages = allPages(html)
  const unlisted = pages
    .filter(
      (page) => page.startsWith('guides/') || page.startsWith('packages/') || !page.includes('/'),
    )
    .filter((page) => !listed.has(page) && page !== 'index.html' && !page.endsWith('-ts.html'))
    .filter((page) => !readFileSync(join(html, page), 'utf8').includes('of the repository.'))
  return [
    ...unlisted.map((page) => `${page} is not in the sidebar`),
    ...[...listed].filter((page) => !pages.includes(page)).map((page) => `${page} is not there`),
  ]
}
