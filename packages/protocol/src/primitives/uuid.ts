import { KafkaError } from '../errors.js'

/** The UUID of 16 zero bytes: Kafka's "no topic id". */
export const zeroUuid = '00000000-0000-0000-0000-000000000000'

/** The canonical 36 characters, lower case, of 32 hexadecimal digits. */
export function uuidOfHex(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** @throws KafkaError INVALID_ARGUMENT where the text is not a canonical UUID */
export function hexOfUuid(uuid: string): string {
  if (!canonical.test(uuid)) throw new KafkaError('INVALID_ARGUMENT', 'not a canonical UUID')
  return uuid.replaceAll('-', '')
}

const canonical = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
