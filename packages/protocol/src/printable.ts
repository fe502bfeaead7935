// Controls (C0, C1), line and paragraph separators and the marks that turn the direction of text could forge a
// line of a log or hide one; a half of a surrogate pair is no text at all.
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}]/gu

/**
 * Text of a peer, fit for a message or a log: at most `maxLength` UTF-16 units (then an ellipsis), and `?` for
 * whatever is not printable.
 */
export function printable(text: string, maxLength = 200): string {
  const bounded = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text
  return bounded.replace(unprintable, '?')
}

/** Anything that was thrown, as one line fit for a log. What cannot be made text does not throw again here. */
export function printableThrown(thrown: unknown): string {
  try {
    return printable(String(thrown))
  } catch {
    return `something of type ${typeof thrown}`
  }
}
