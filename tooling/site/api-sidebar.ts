import { readdirSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DefaultTheme } from 'vitepress'

type Item = DefaultTheme.SidebarItem

const kinds = [
  'functions',
  'classes',
  'interfaces',
  'type-aliases',
  'variables',
  'enumerations',
  'namespaces',
]

/** One sidebar a package, so that no page carries the names of all of them. */
export function apiSidebars(pages: string): Record<string, Item[]> {
  const folder = join(pages, 'api/@sluice')
  if (!existsSync(folder)) return {}
  const names = readdirSync(folder)
  const overview = names.map((name) => ({ text: `@sluice/${name}`, link: `/api/@sluice/${name}/` }))
  const own = names.map((name) => [`/api/@sluice/${name}/`, packageItems(folder, name)] as const)
  return { '/api/': [{ text: 'Packages', items: overview }], ...Object.fromEntries(own) }
}

function packageItems(folder: string, name: string): Item[] {
  const link = `/api/@sluice/${name}/`
  const entries = readdirSync(join(folder, name), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !kinds.includes(entry.name))
    .map((entry) => entryItem(join(folder, name, entry.name), link, entry.name))
  return [
    { text: 'All packages', link: '/api/' },
    { text: `@sluice/${name}`, link, items: exportsOf(join(folder, name), link) },
    ...entries,
  ]
}

function entryItem(folder: string, parent: string, name: string): Item {
  const link = `${parent}${name}/`
  return { text: name, link, collapsed: name !== 'index', items: exportsOf(folder, link) }
}

/** The exports of an entry point, by kind. */
function exportsOf(folder: string, link: string): Item[] {
  return kinds.flatMap((kind) => {
    if (!existsSync(join(folder, kind))) return []
    const names = readdirSync(join(folder, kind)).map((file) => file.replace(/\.md$/, ''))
    const items = names.map((text) => ({ text, link: `${link}${kind}/${text}` }))
    return [{ text: titleOf(kind), collapsed: true, items }]
  })
}

function titleOf(kind: string): string {
  const words = kind.replace('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
