/** What separates the fields of PLAIN, of OAUTHBEARER and of SCRAM. */
// oxlint-disable-next-line no-control-regex -- the mechanisms use them
const separators = /[\0\x01\s,]+/

/** Shorter ones are no secret, and would blot out half the text. */
const shortestSecret = 4

/** The text of a broker without what it repeats of the bytes it was sent: they may hold a password or a token. */
export function withoutSecrets(text: string, sent: Uint8Array): string {
  let clean = text
  for (const part of Buffer.from(sent).toString().split(separators)) {
    if (part.length >= shortestSecret) clean = clean.replace(wherever(part), '***')
  }
  return clean
}

/** As a word of its own: a user called `user` does not make an invalid username unreadable. */
function wherever(part: string): RegExp {
  const literal = part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
  return new RegExp(`(?<![A-Za-z0-9])${literal}(?![A-Za-z0-9])`, 'g')
}
