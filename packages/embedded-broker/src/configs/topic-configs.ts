import { topicConfigRows, type ConfigRow } from './topic-config-rows.js'

/** The settings that have an effect here. */
export const effective = {
  maxMessageBytes: 'max.message.bytes',
  minInsyncReplicas: 'min.insync.replicas',
} as const

/** A setting as a client gives it; null for its default. */
export interface GivenConfig {
  readonly name: string
  readonly value: string | null
}

/** How the numbers of each type are written, and what they are below. */
const numbers = {
  int: { form: /^-?\d+$/, below: 2 ** 31 },
  long: { form: /^-?\d+$/, below: Infinity },
  double: { form: /^-?\d+(\.\d+)?$/, below: Infinity },
} as const

/** What is wrong with a setting, or null. Kafka's error for it is INVALID_CONFIG. */
export function configFault({ name, value }: GivenConfig): string | null {
  const row = rowOf(name)
  if (row === undefined) return `Unknown topic config name: ${name}`
  if (value === null || isValue(row, value)) return null
  return `Invalid value ${value} for configuration ${name}`
}

/** The description of a setting. Undefined for a name that is none. */
export function rowOf(name: string): ConfigRow | undefined {
  return Object.hasOwn(topicConfigRows, name) ? topicConfigRows[name] : undefined
}

/** The words of a list. */
export function wordsOf(value: string): string[] {
  return value.split(',').flatMap((word) => word.trim() || [])
}

function isValue({ among, least = -Infinity, type }: ConfigRow, value: string): boolean {
  if (among !== undefined) {
    const words = type === 'list' ? wordsOf(value) : [value]
    return words.every((word) => among.includes(word))
  }
  if (type === 'boolean') return /^(true|false)$/i.test(value)
  if (type === 'string' || type === 'list') return true
  const { below, form } = numbers[type]
  return form.test(value) && Number(value) >= least && Number(value) < below
}
