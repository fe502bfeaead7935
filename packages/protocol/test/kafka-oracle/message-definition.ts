/** A message as Kafka defines it: `common/message/*.json`. */
export interface MessageDefinition {
  readonly apiKey: number
  readonly name: string
  readonly validVersions: string
  readonly flexibleVersions: string
  readonly latestVersionUnstable?: boolean
  readonly fields: readonly FieldDefinition[]
  readonly commonStructs?: readonly { readonly name: string; readonly fields: FieldDefinition[] }[]
}

export interface FieldDefinition {
  readonly name: string
  /** A primitive, a struct's name, or either behind `[]`. */
  readonly type: string
  readonly versions: string
  readonly nullableVersions?: string
  readonly default?: string | number | boolean
  /** Of a struct that is defined in place. */
  readonly fields?: readonly FieldDefinition[]
}

/** What has fields: a message, or a field of a struct's type. */
export interface Struct {
  readonly fields?: readonly FieldDefinition[]
}

/** The first and the last version of a range like `0-3`, `4+`, `7` or `none`. */
export function versionsOf(range: string | undefined): { first: number; last: number } {
  const match = /^(\d+)(\+|-(\d+))?$/.exec(range ?? 'none')
  if (match === null) return { first: Infinity, last: -Infinity }
  const first = Number(match[1])
  if (match[2] === undefined) return { first, last: first }
  return { first, last: match[2] === '+' ? Infinity : Number(match[3]) }
}

export function isIn(version: number, range: string | undefined): boolean {
  const { first, last } = versionsOf(range)
  return version >= first && version <= last
}

/** The versions a client may use: an unstable one at the end is left out. */
export function stableVersions(definition: MessageDefinition): number[] {
  const { first, last } = versionsOf(definition.validVersions)
  const end = definition.latestVersionUnstable === true ? last - 1 : last
  return Array.from({ length: end - first + 1 }, (_, index) => first + index)
}

/** The definition with every struct in place of its name. */
export function inlined(definition: MessageDefinition): MessageDefinition {
  const common = new Map(definition.commonStructs?.map(({ name, fields }) => [name, fields]))
  const inline = (field: FieldDefinition): FieldDefinition => {
    const fields = field.fields ?? common.get(field.type.replace('[]', ''))
    return fields === undefined ? field : { ...field, fields: fields.map(inline) }
  }
  return { ...definition, fields: definition.fields.map(inline) }
}

/** The fields of a version. */
export function fieldsOf({ fields = [] }: Struct, version: number): readonly FieldDefinition[] {
  return fields.filter((field) => isIn(version, field.versions))
}

/** A field's name in Java's JSON. */
export function javaName({ name }: FieldDefinition): string {
  return name[0]!.toLowerCase() + name.slice(1)
}

/** A field's name in our descriptions: an affix for versions that clients do not use is left out. */
export function ourName({ name }: FieldDefinition): string {
  const short = name.replace('V3AndBelow', '')
  return short[0]!.toLowerCase() + short.slice(1)
}
