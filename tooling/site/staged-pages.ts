import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { withSiteLinks, type Linked } from './links.js'
import { pageOf, sourcePageOf } from './routes.js'
import { sourcePage } from './source-page.js'

/**
 * Copies every page of the site to one folder, with links that work there: what VitePress builds from.
 *
 * @returns how many pages there are.
 */
export function stagePages(root: string, folder: string): number {
  const linked: Linked = {
    markdown: new Set(firstPages(root)),
    sources: new Set(),
    images: new Set(),
  }
  // A set that grows while it is walked is walked to its end: a page that a page links to is staged, too.
  for (const file of linked.markdown) {
    const text = withSiteLinks(root, file, readFileSync(join(root, file), 'utf8'), linked)
    write(folder, pageOf(file), file.startsWith('docs/api/') ? withoutHead(text) : text)
  }
  for (const path of linked.images) cpSync(join(root, path), join(folder, pageOf(path)))
  for (const path of linked.sources) write(folder, sourcePageOf(path), sourcePage(root, path))
  return linked.markdown.size + linked.sources.size
}

function firstPages(root: string): string[] {
  const documents = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  const packages = readdirSync(join(root, 'packages'))
  return [
    'tooling/site/home.md',
    'README.md',
    'CONTRIBUTING.md',
    ...packages.map((name) => `packages/${name}/README.md`),
    ...documents
      .filter((name) => name.endsWith('.md') && !name.startsWith('.site') && !isLeftOut(name))
      .map((name) => `docs/${name}`),
  ]
}

/** SLUICE_SITE=guides leaves the API out: the site is there in seconds for somebody who writes a guide. */
function isLeftOut(name: string): boolean {
  return process.env['SLUICE_SITE'] === 'guides' && name.startsWith('api/')
}

/** Without the line that the generator puts on top: the site has a bar there. */
function withoutHead(text: string): string {
  return text.replace(/^\[?\*\*[^\n]+\n\n\*\*\*\n\n/, '')
}

function write(folder: string, page: string, text: string): void {
  const path = join(folder, page)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
