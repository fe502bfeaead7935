import type { Browser, Page } from 'playwright-core'

/** What readers look for, and the page that must be among the first results. */
const searches = [
  { words: 'lingerMs', page: 'guides/tuning' },
  { words: 'TRANSACTION_ABORTABLE', page: 'guides/transactions' },
  { words: 'DELIVERY_TIMEOUT', page: 'guides/errors' },
  { words: 'ProducerOptions', page: 'ProducerOptions' },
]

export async function searchProblems(browser: Browser, address: string): Promise<string[]> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  const tab = await context.newPage()
  const problems: string[] = []
  for (const { words, page } of searches) {
    await tab.goto(`${address}/guides/getting-started.html`, { waitUntil: 'networkidle' })
    await openSearch(tab)
    await tab.locator('#localsearch-input').fill(words)
    const results = tab.locator('.VPLocalSearchBox a.result')
    await results
      .first()
      .waitFor({ timeout: 20_000 })
      .catch(() => undefined)
    const found = await results.evaluateAll((links) =>
      links.map((link) => link.getAttribute('href') ?? ''),
    )
    if (!found.some((href) => href.includes(page))) {
      problems.push(
        `"${words}" finds ${found.length} pages, and ${page} is not among them: ${found.slice(0, 5).join(', ')}`,
      )
    }
  }
  await context.close()
  return problems
}

/** The page listens to the key only once its search is loaded, so the key is pressed until the search is open. */
async function openSearch(tab: Page): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await tab.keyboard.press('Control+k')
    if ((await tab.locator('#localsearch-input').count()) > 0) return
    await tab.waitForTimeout(500)
  }
  throw new Error('Ctrl+K opens no search')
}
