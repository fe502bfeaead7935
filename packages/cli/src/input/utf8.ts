import type { Buffer } from 'node:buffer'
import { TextDecoder } from 'node:util'
import { BadFrame } from './record-format.js'

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** @throws BadFrame where the bytes are no UTF-8: as text they would be other bytes than before */
export function textOf(bytes: Buffer): string {
  try {
    return decoder.decode(bytes)
  } catch {
    throw new BadFrame('is not UTF-8')
  }
}
