import { compare, type Comparison } from './comparison.js'
import { appends, crcs, produce, produceOfSealed } from './encodings.js'

/** What the wire costs, without any broker, beside the encoders of kafkajs. */
export async function protocol(): Promise<void> {
  console.log(`Node ${process.version}, keys of 16 characters, medians`)
  for (const comparison of [...appends(), ...crcs(), produce(), produceOfSealed()]) {
    console.log(line(comparison, await compare(comparison)))
  }
}

function line(
  { name, unit }: Comparison,
  { ours, theirs }: { ours: number; theirs: number },
): string {
  const rest = Number.isNaN(theirs)
    ? ''
    : `  kafkajs ${figure(theirs, unit)}  ${(theirs / ours).toFixed(1).padStart(6)} times`
  return `${name.padEnd(38)} ${figure(ours, unit)}${rest}`
}

function figure(nanoseconds: number, unit: Comparison['unit']): string {
  if (unit === 'byte') return `${(1 / nanoseconds).toFixed(2).padStart(8)} GB/s     `
  if (unit === 'request') return `${(nanoseconds / 1_000).toFixed(1).padStart(8)} µs/request`
  return `${nanoseconds.toFixed(0).padStart(8)} ns/record`
}
