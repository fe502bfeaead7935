/*
 * Where a file of the repository stands on the site. The site shows `docs` at its top, and a README is the page of its
 * folder.
 */

const renamed: Readonly<Record<string, string>> = {
  'README.md': 'readme.md',
  'CONTRIBUTING.md': 'contributing.md',
  'SECURITY.md': 'reporting-vulnerabilities.md',
  'tooling/site/home.md': 'index.md',
  'docs/api/README.md': 'api/index.md',
  'docs/guides/README.md': 'guides/index.md',
}

/** The staged page of a Markdown file, from the root of the site: `docs/guides/streams.md` is `guides/streams.md`. */
export function pageOf(file: string): string {
  const known = renamed[file]
  if (known) return known
  if (file.startsWith('docs/api/'))
    return file.slice('docs/'.length).replace('README.md', 'index.md')
  return file.replace(/^docs\//, '').replace(/\/README\.md$/, '.md')
}

/** The page that shows a source file, or the sources of a folder: `examples/demo` is `examples/demo.md`. */
export function sourcePageOf(path: string): string {
  return `${path.replace(/\.(\w+)$/, '-$1')}.md`
}

/** The address of a page: `guides/streams.md` is `/guides/streams`. */
export function addressOf(page: string): string {
  return `/${page.replace(/(^|\/)index\.md$/, '$1').replace(/\.md$/, '')}`
}
