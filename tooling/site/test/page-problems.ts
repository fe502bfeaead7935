import type { Page } from 'playwright-core'

/** What is wrong with the page as it is drawn: it is wider than the window, it is empty, or a diagram is not drawn. */
export async function pageProblems(tab: Page): Promise<string[]> {
  const problems: string[] = []
  const widths = await tab.locator('html').evaluate((html) => [html.scrollWidth, html.clientWidth])
  const [page = 0, screen = 0] = widths
  if (page > screen) problems.push(`is ${page} px wide in a window of ${screen} px`)
  if ((await tab.locator('h1').count()) === 0) problems.push('has no heading')
  if ((await tab.locator('.language-mermaid').count()) > 0) problems.push('shows a diagram as code')
  const texts = await readableTexts(tab)
  if (texts.includes(0)) problems.push('has a diagram without readable text')
  return problems
}

/** Of each diagram, how many texts are high enough to be read, in pixels of the screen. */
async function readableTexts(tab: Page): Promise<number[]> {
  return tab.locator('.diagram').evaluateAll((diagrams) =>
    diagrams.map((diagram) => {
      const texts = [...diagram.querySelectorAll('svg text')]
      return texts.filter((text) => text.getBoundingClientRect().height >= 8).length
    }),
  )
}
