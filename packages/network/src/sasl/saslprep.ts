/*
 * SASLprep (RFC 4013) with what JavaScript knows of Unicode. Where the RFC names tables of Unicode 3.2, the properties
 * of today's stand for them; the characters of right-to-left scripts, which JavaScript cannot tell, are listed (RFC 3454, D.1).
 */

/** C.1.2: spaces that become a plain one. */
const spaces = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/g
/** B.1: what disappears. */
// oxlint-disable-next-line no-misleading-character-class -- each of them is meant by itself
const nothing = /[\u00ad\u034f\u1806\u180b-\u180d\u200c\u200d\u2060\ufe00-\ufe0f\ufeff]/g
/** C.2 to C.9, and A.1: controls, private use, non-characters, surrogates, unassigned; what turns or hides text. */
const prohibited =
  /[\p{Cc}\p{Co}\p{Cs}\p{Cn}\u0340\u0341\u06dd\u070f\u180e\u200e\u200f\u2028-\u202e\u2060-\u2063\u206a-\u206f\u2ff0-\u2ffb\ufff9-\ufffd\u{1d173}-\u{1d17a}\u{e0001}\u{e0020}-\u{e007f}]/u
/** D.1 */
const rightToLeft =
  /[\u05be\u05c0\u05c3\u05d0-\u05ea\u05f0-\u05f4\u061b\u061f\u0621-\u063a\u0640-\u064a\u066d-\u066f\u0671-\u06d5\u06e5\u06e6\u06fa-\u06fe\u0700-\u070d\u0710\u0712-\u072c\u0780-\u07a5\u07b1\ufb1d\ufb1f-\ufb28\ufb2a-\ufb36\ufb38-\ufb3c\ufb3e\ufb40\ufb41\ufb43\ufb44\ufb46-\ufbb1\ufbd3-\ufd3d\ufd50-\ufd8f\ufd92-\ufdc7\ufdf0-\ufdfc\ufe70-\ufe74\ufe76-\ufefc]/u
/** Letters, of which those that are not right-to-left are left-to-right. */
const letter = /[\p{L}\p{Mc}\p{Nl}]/u

/**
 * The form in which names and passwords are compared.
 * @throws Error that says what is wrong, and shows nothing of the text
 */
export function saslPrep(text: string): string {
  const result = text.replace(spaces, ' ').replace(nothing, '').normalize('NFKC')
  if (result === '') throw new Error('is empty after SASLprep')
  if (prohibited.test(result))
    throw new Error('holds a character that SASLprep (RFC 4013) prohibits')
  checkDirections(Array.from(result))
  return result
}

/** Right-to-left text may hold no letter of the other direction, and must begin and end with one of its own. */
function checkDirections(characters: readonly string[]): void {
  const turned = characters.map((character) => rightToLeft.test(character))
  if (!turned.includes(true)) return
  const mixed = characters.some((character, at) => !turned[at] && letter.test(character))
  if (mixed || turned[0] !== true || turned.at(-1) !== true)
    throw new Error(
      'mixes right-to-left and other text in a way that SASLprep (RFC 4013) prohibits',
    )
}
