import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'vitepress'
import { stagePages } from './site/staged-pages.js'

/*
 * `npm run docs:site`: the guides, the READMEs, the examples and the API pages that `npm run docs` has made become one
 * static site in docs/.site/html. A link that leads nowhere fails the build.
 */

const root = fileURLToPath(new URL('..', import.meta.url))
await rm(`${root}docs/.site`, { recursive: true, force: true })
const pages = stagePages(root, `${root}docs/.site/pages`)
await build(`${root}tooling/site`)
const { user, system } = process.cpuUsage()
console.log(`${pages} pages in docs/.site/html, ${Math.round((user + system) / 1e6)} s of CPU`)
