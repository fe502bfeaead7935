import { fieldsOf, ourName, type Struct } from './message-definition.js'

/** The path of every field that Kafka's definition has in a version. */
export function definedPaths(struct: Struct, version: number, path = ''): string[] {
  return fieldsOf(struct, version).flatMap((field) => {
    const own = `${path}.${ourName(field)}`
    return [own, ...definedPaths(field, version, own)]
  })
}

/** The value, which notes in `paths` each field that is asked for: what our description writes of it. */
export function noting<Value>(value: Value, paths: Set<string>, path = ''): Value {
  if (Array.isArray(value))
    return value.map((item) => noting(item, paths, path) as unknown) as Value
  if (!isStruct(value)) return value
  return new Proxy(value, {
    get(target, name) {
      const own = `${path}.${String(name)}`
      paths.add(own)
      return noting(Reflect.get(target, name) as unknown, paths, own)
    },
  })
}

function isStruct(value: unknown): value is object {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  )
}
