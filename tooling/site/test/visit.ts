import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { pageProblems } from './page-problems.js'

/** Width and height of the window in pixels, of a laptop and a telephone, light and dark. */
const looks = (['light', 'dark'] as const).flatMap((colorScheme) => [
  { viewport: { width: 1280, height: 900 }, colorScheme },
  { viewport: { width: 390, height: 844 }, colorScheme },
])

interface Check {
  readonly name: string
  readonly problems: string[]
}

/** Opens each page at each width, the guides light and dark, the others light. */
export async function visitPages(
  browser: Browser,
  address: string,
  pages: readonly string[],
  screenshots: string,
): Promise<Check[]> {
  mkdirSync(screenshots, { recursive: true })
  const checks: Check[] = []
  for (const look of looks) {
    const context = await browser.newContext(look)
    const tab = await context.newPage()
    for (const page of pages.filter((one) => look.colorScheme === 'light' || isLookedAt(one))) {
      const name = `${page} ${look.viewport.width} ${look.colorScheme}`
      checks.push({ name, problems: await visit(tab, `${address}/${page}`).catch(reasonOf) })
      if (isLookedAt(page)) await tab.screenshot({ path: join(screenshots, fileName(name)) })
    }
    await context.close()
  }
  return checks
}

async function visit(tab: Page, url: string): Promise<string[]> {
  const heard: string[] = []
  const origin = new URL(url).origin
  tab.removeAllListeners()
  tab.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') heard.push(message.text())
  })
  tab.on('pageerror', (error) => heard.push(error.message))
  tab.on('response', (answer) => {
    if (answer.status() >= 400) heard.push(`${answer.status()} ${answer.url()}`)
  })
  tab.on('request', (request) => {
    const isOwn = request.url().startsWith(origin) || request.url().startsWith('data:')
    if (!isOwn) heard.push(`asks another server: ${request.url()}`)
  })
  await tab.goto(url, { waitUntil: 'load' })
  // The application has taken over the page, and has told of what does not fit.
  await tab.waitForFunction("'__vue_app__' in (document.querySelector('#app') ?? {})")
  return [...heard, ...(await pageProblems(tab))]
}

/** A page that does not open is a problem like others: the pages behind it are visited, too. */
function reasonOf(error: unknown): string[] {
  return [error instanceof Error ? error.message : String(error)]
}

function isLookedAt(page: string): boolean {
  return page === 'index.html' || page.startsWith('guides/') || page === 'architecture.html'
}

function fileName(name: string): string {
  return `${name.replace('.html', '').replace(/[^\w.]+/g, '-')}.png`
}
