import { fileURLToPath } from 'node:url'
import { openBrowser } from './open-browser.js'
import { brokenLinks } from './site/test/broken-links.js'
import { pagesToVisit, unlistedPages } from './site/test/pages.js'
import { searchProblems } from './site/test/search.js'
import { serve } from './site/test/serve.js'
import { visitPages } from './site/test/visit.js'

/*
 * `npm run test:site` opens the site that `npm run docs:site` has built in Chromium, at two widths. Screenshots go to
 * docs/.site/screenshots.
 */

const site = fileURLToPath(new URL('../docs/.site/', import.meta.url))
const html = `${site}html`
const pages = pagesToVisit(html)
const server = await serve(html)
const browser = await openBrowser()
const checks = [
  { name: 'links', problems: brokenLinks(html) },
  { name: 'pages in the sidebar', problems: unlistedPages(html) },
]
try {
  checks.push(...(await visitPages(browser, server.address, pages, `${site}screenshots`)))
  const problems = await searchProblems(browser, server.address).catch((error) => [String(error)])
  checks.push({ name: 'search', problems })
} finally {
  await browser.close()
  server.close()
}
const failed = checks.filter(({ problems }) => problems.length > 0)
for (const { name, problems } of failed) console.log(`${name}:\n  ${problems.join('\n  ')}`)
console.log(`${checks.length - failed.length} passed, ${failed.length} failed`)
process.exitCode = failed.length === 0 ? 0 : 1
