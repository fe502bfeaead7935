/** Numbers tell what is wrong with them; anything else might be contents. */
export function shown(field: unknown): string {
  return typeof field === 'number' ? `${field}` : typeName(field)
}

export function typeName(field: unknown): string {
  if (field === null) return 'null'
  return Array.isArray(field) ? 'an array' : `of type ${typeof field}`
}
