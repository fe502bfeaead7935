import { types } from 'node:util'

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

/**
 * The reason that a thrown value gives, as one line of at most 500 characters that is fit for a message: the message of an
 * Error (its name where that is empty), the words of OpenSSL where it is one of TLS, and {@link printableThrown} of
 * anything else.
 */
export function reasonOf(thrown: unknown): string {
  return printable(opensslReason(thrown) ?? messageOf(thrown), 500)
}

function messageOf(thrown: unknown): string {
  return isError(thrown) ? thrown.message || thrown.name : printableThrown(thrown)
}

/** True for an Error of any realm: Node's own come from another one where a test runner has a realm for each file. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value)
}

/** OpenSSL's own words, which Node wraps in numbers and file names. */
function opensslReason(thrown: unknown): string | undefined {
  if (!isError(thrown) || !('library' in thrown) || !('reason' in thrown)) return undefined
  return `${String(thrown.reason)} (${String(thrown.library)})`
}
