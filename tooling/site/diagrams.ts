import { renderMermaidSVG } from 'beautiful-mermaid'

/** The width of a page's column at a usual screen, in pixels. What is much wider would be too small to read. */
const columnPx = 900

/**
 * The SVG of a Mermaid diagram, drawn while the site is built, so that readers need no script. Its colours are those of
 * the page, light or dark. A flowchart from left to right that is too wide is drawn from top to bottom.
 */
export function diagram(code: string): string {
  const drawn = draw(code)
  const tall =
    widthOf(drawn) > columnPx ? draw(code.replace(/^flowchart LR/, 'flowchart TD')) : drawn
  const svg = widthOf(tall) < widthOf(drawn) ? tall : drawn
  const width = Math.ceil(widthOf(svg))
  const inside = svg.replace(
    /^<svg [^>]*?viewBox="([^"]+)"[^>]*>/,
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="$1" role="img" aria-label="${labelOf(code)}" style="--drawn: ${width}px">`,
  )
  return `<div class="diagram" tabindex="0" v-pre>${withoutBlankLines(inside)}</div>\n`
}

/** Without its style, which is in the theme: a style within a page is taken out of it, and fonts come from nowhere else. */
function draw(code: string): string {
  return renderMermaidSVG(code.trim(), { font: 'Inter' }).replace(/<style>.*?<\/style>/s, '')
}

function widthOf(svg: string): number {
  return Number(/viewBox="0 0 ([\d.]+)/.exec(svg)?.[1] ?? 0)
}

function labelOf(code: string): string {
  return code.trim().startsWith('stateDiagram') ? 'State diagram' : 'Flow chart'
}

/** A blank line would end the block of HTML. */
function withoutBlankLines(svg: string): string {
  return svg.replace(/\n\s*\n/g, '\n')
}
