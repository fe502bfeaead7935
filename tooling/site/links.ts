import { existsSync, statSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { addressOf, pageOf, sourcePageOf } from './routes.js'

/** What a page needs: Markdown files and sources that it links to, and images that it shows. */
export interface Linked {
  readonly markdown: Set<string>
  readonly sources: Set<string>
  readonly images: Set<string>
}

/**
 * The text of a Markdown file with its relative links turned into addresses of the site. Links to sources become links
 * to pages that show them. Images stay as they are: they are staged beside the page. All targets are noted in `linked`.
 *
 * @param file - the file, from the root of the repository.
 */
export function withSiteLinks(root: string, file: string, text: string, linked: Linked): string {
  return outsideCode(text, (prose) =>
    prose.replace(
      /(!\[[^\]]*)?\]\(([^)\s]+)\)/g,
      (whole, image: string | undefined, target: string) => {
        if (/^([a-z][a-z+.-]*:|#)/i.test(target)) return whole
        if (image === undefined) return `](${siteAddress(root, file, target, linked)})`
        linked.images.add(posix.join(dirname(file), target))
        return whole
      },
    ),
  )
}

function siteAddress(root: string, file: string, target: string, linked: Linked): string {
  const [path = '', anchor] = target.split('#')
  const wanted = posix.join(dirname(file), decodeURIComponent(path)).replace(/\/$/, '')
  const hash = anchor === undefined ? '' : `#${anchor}`
  const markdown = markdownAt(root, wanted)
  if (markdown !== undefined) {
    linked.markdown.add(markdown)
    return addressOf(pageOf(markdown)) + hash
  }
  linked.sources.add(wanted)
  return addressOf(sourcePageOf(wanted))
}

/** The Markdown file that a link shows: the file itself, or the README of a folder. */
function markdownAt(root: string, path: string): string | undefined {
  if (path.endsWith('.md')) return path
  // What is generated into the site, and its list of guides, is no file of the repository.
  if (path === 'docs/guides') return 'docs/guides/getting-started.md'
  const readme = posix.join(path, 'README.md')
  const isFolder = existsSync(join(root, path)) && statSync(join(root, path)).isDirectory()
  return isFolder && existsSync(join(root, readme)) ? readme : undefined
}

/** Changes a text, but not its blocks of code and not code within a line. */
function outsideCode(text: string, change: (prose: string) => string): string {
  return text
    .split(/^((?:`{3,}|~{3,})[^\n]*\n[\s\S]*?^(?:`{3,}|~{3,})[ ]*$)/m)
    .map((part, index) => (index % 2 === 1 ? part : change(part)))
    .join('')
}
