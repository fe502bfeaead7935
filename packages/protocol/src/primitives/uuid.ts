import { Buffer } from 'node:buffer'
import { KafkaError } from '../errors.js'

/** The UUID of 16 zero bytes: Kafka's "no topic id". */
export const zeroUuid = '00000000-0000-0000-0000-000000000000'

const digits = Buffer.from('0123456789abcdef')
/** Written again for each: making the parts of a text and joining them takes five times as long. */
const canonicalText = Buffer.alloc(36, '-')

/** The last UUID that was read or written, and its bytes: most requests name the topic that the one before has named. */
let lastText = zeroUuid
const lastBytes = Buffer.alloc(16)

/** The canonical 36 characters, lower case, of the 16 bytes from `start` on. */
export function uuidAt(bytes: Uint8Array, start: number): string {
  let same = 0
  while (same < 16 && bytes[start + same] === lastBytes[same]) same++
  if (same === 16) return lastText
  lastText = textAt(bytes, start)
  for (let index = 0; index < 16; index++) lastBytes[index] = bytes[start + index]!
  return lastText
}

/**
 * Its 16 bytes, which the next call writes over.
 *
 * @throws KafkaError INVALID_ARGUMENT where the text is not a canonical UUID
 */
export function bytesOfUuid(uuid: string): Uint8Array {
  if (uuid === lastText) return lastBytes
  if (!canonical.test(uuid)) throw new KafkaError('INVALID_ARGUMENT', 'not a canonical UUID')
  lastBytes.write(uuid.replaceAll('-', ''), 'hex')
  lastText = uuid.toLowerCase()
  return lastBytes
}

function textAt(bytes: Uint8Array, start: number): string {
  let at = 0
  for (let index = 0; index < 16; index++) {
    if (index === 4 || index === 6 || index === 8 || index === 10) at++
    const byte = bytes[start + index]!
    canonicalText[at++] = digits[byte >> 4]!
    canonicalText[at++] = digits[byte & 15]!
  }
  return canonicalText.toString('latin1')
}

const canonical = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
