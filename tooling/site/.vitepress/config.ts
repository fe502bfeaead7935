import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'
import { apiSidebars } from '../api-sidebar.js'
import { diagram } from '../diagrams.js'
import { guides } from '../sidebar.js'
import { slugOf } from '../slug.js'

const site = fileURLToPath(new URL('../../../docs/.site/', import.meta.url))

const icon =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M1 4h14M1 8h9M1 12h14" stroke="#3a5ccc" stroke-width="2.5"/></svg>',
  )

export default defineConfig({
  title: 'Sluice',
  description: 'A Kafka producer for Node.js, in TypeScript, as a family of small packages.',
  srcDir: `${site}pages`,
  outDir: `${site}html`,
  cacheDir: `${site}cache`,
  cleanUrls: false,
  // The sidebars of the API are long: they stand in a file of their own, not in each page.
  metaChunk: true,
  // Without its pages (SLUICE_SITE=guides) links into the API lead nowhere.
  ignoreDeadLinks: process.env['SLUICE_SITE'] === 'guides' ? [/^\/api\//] : false,
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: icon }]],
  markdown: {
    // Links are written for the repository host, and checked for it (tooling/check-links.mjs).
    anchor: { slugify: slugOf },
    config(md) {
      const fence = md.renderer.rules.fence
      md.renderer.rules.fence = (tokens, index, options, env, self) => {
        const token = tokens[index]
        return token?.info.trim() === 'mermaid'
          ? diagram(token.content)
          : (fence?.(tokens, index, options, env, self) ?? '')
      }
    },
  },
  themeConfig: {
    nav: [
      { text: 'Guides', link: '/guides/getting-started', activeMatch: '^/guides/' },
      { text: 'API', link: '/api/', activeMatch: '^/api/' },
    ],
    sidebar: { ...apiSidebars(`${site}pages`), '/': guides },
    outline: [2, 3],
    search: {
      provider: 'local',
      options: {
        miniSearch: {
          searchOptions: {
            // A guide explains what the many pages of the API only name.
            boostDocument: (page: string) => (page.startsWith('/guides/') ? 4 : 1),
          },
        },
      },
    },
  },
})
