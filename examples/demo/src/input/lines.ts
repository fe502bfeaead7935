/** The lines of a text, as views of it. A line ends with LF or CRLF, the last one also with the text. */
export function splitLines(text: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let start = 0; start < text.length;) {
    const feed = text.indexOf(lf, start)
    const end = feed === -1 ? text.length : feed
    lines.push(text.subarray(start, withoutReturn(text, start, end)))
    start = end + 1
  }
  return lines
}

const lf = 0x0a
const cr = 0x0d

function withoutReturn(text: Buffer, start: number, end: number): number {
  return end > start && text[end - 1] === cr ? end - 1 : end
}
