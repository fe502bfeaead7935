import { writeFileSync } from 'node:fs'
import { generator, order } from '../orders.js'

const values = 1_000

/** Writes values of that length, each the beginning of an order in JSON, for a program in any language to read. */
export function writeValues(file: string, valueBytes: number): void {
  const random = generator()
  writeFileSync(
    file,
    Buffer.concat(Array.from({ length: values }, () => value(random, valueBytes))),
  )
}

function value(random: () => number, bytes: number): Buffer {
  let text = ''
  while (text.length < bytes) text += JSON.stringify(order(random))
  return Buffer.from(text).subarray(0, bytes)
}
