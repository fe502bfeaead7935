import { Buffer } from 'node:buffer'
import { KafkaError } from '../errors.js'

/** The UUID of 16 zero bytes: Kafka's "no topic id". */
export const zeroUuid = '00000000-0000-0000-0000-000000000000'

const digits = Buffer.from('0123456789abcdef')
/** Written again for each: making the parts of a text and joining them takes five times as long. */
const canonicalText = Buffer.alloc(36, '-')

/** The canonical 36 characters, lower case, of the 16 bytes from `start` on. */
export function uuidAt(bytes: Uint8Array, start: number): string {
  let at = 0
  for (let index = 0; index < 16; index++) {
    if (index === 4 || index === 6 || index === 8 || index === 10) at++
    const byte = bytes[start + index]!
    canonicalText[at++] = digits[byte >> 4]!
    canonicalText[at++] = digits[byte & 15]!
  }
  return canonicalText.toString('latin1')
}

/** @throws KafkaError INVALID_ARGUMENT where the text is not a canonical UUID */
export function hexOfUuid(uuid: string): string {
  if (!canonical.test(uuid)) throw new KafkaError('INVALID_ARGUMENT', 'not a canonical UUID')
  return uuid.replaceAll('-', '')
}

const canonical = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
