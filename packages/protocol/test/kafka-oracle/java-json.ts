import {
  fieldsOf,
  javaName,
  ourName,
  type FieldDefinition,
  type Struct,
} from './message-definition.js'
import type { MessageValue } from './message-values.js'

/** A message as Java's `*JsonConverter` reads it. Text, because numbers of `JSON.stringify` end at 2⁵³. */
export function javaJson(struct: Struct, value: MessageValue, version: number): string {
  const entries = fieldsOf(struct, version).map((field) => {
    const json = fieldJson(field, field.type, value[ourName(field)], version)
    return `${JSON.stringify(javaName(field))}:${json}`
  })
  return `{${entries.join(',')}}`
}

function fieldJson(field: FieldDefinition, type: string, value: unknown, version: number): string {
  if (value === null) return 'null'
  if (type.startsWith('[]')) {
    const items = value as unknown[]
    return `[${items.map((item) => fieldJson(field, type.slice(2), item, version)).join(',')}]`
  }
  if (field.fields !== undefined) return javaJson(field, value as MessageValue, version)
  if (type === 'int64') return (value as bigint).toString()
  if (type === 'uuid') return JSON.stringify(base64Uuid(value as string))
  if (type === 'bytes') return JSON.stringify((value as Buffer).toString('base64'))
  if (type === 'records') return JSON.stringify(Buffer.concat(value as Buffer[]).toString('base64'))
  return JSON.stringify(value)
}

function base64Uuid(uuid: string): string {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex').toString('base64url')
}
