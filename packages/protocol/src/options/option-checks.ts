import { KafkaError } from '../errors.js'
import { printable } from '../text/printable.js'
import { nearestName } from './nearest-name.js'

/**
 * A value as an error text about an option tells it: with its type where that may be the mistake, such as text from the
 * environment in place of a number. Not for secrets.
 */
export function describeValue(value: unknown): string {
  const type = typeof value
  if (type === 'string') return `the string '${printable(value as string, 60)}'`
  if (type === 'bigint') return `the bigint ${printable(String(value), 60)}n`
  if (Array.isArray(value)) return 'an array'
  const isLong = value !== null && ['object', 'function', 'symbol'].includes(type)
  return isLong ? `of type ${type}` : String(value)
}

/**
 * The error INVALID_OPTION, which quotes the value.
 *
 * @param right - what to give in its place
 */
export function wrongOption(name: string, value: unknown, right: string): KafkaError {
  return new KafkaError('INVALID_OPTION', `${name} is ${describeValue(value)}; give ${right}`)
}

/** The number, checked. @throws KafkaError INVALID_OPTION that names the option, quotes the value and gives the range */
export function numberOption(name: string, value: unknown, min: number, max: number): number {
  if (typeof value === 'number' && value >= min && value <= max) return value
  throw wrongOption(name, value, `a number from ${min} to ${max}`)
}

/** A number that counts bytes or things, checked: fractions would add up. @throws KafkaError INVALID_OPTION as {@link numberOption} does */
export function wholeOption(name: string, value: unknown, min: number, max: number): number {
  if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max)
    return value as number
  throw wrongOption(name, value, `a whole number from ${min} to ${max}`)
}

/** The boolean, checked: text such as 'false' would count as true. @throws KafkaError INVALID_OPTION */
export function booleanOption(name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value
  throw wrongOption(name, value, 'true or false')
}

/** Checks an option that may be left out and is a function. @throws KafkaError INVALID_OPTION */
export function functionOption(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function')
    throw wrongOption(name, value, 'a function')
}

/** Checks that a plug-in has these methods. @param right - what to give in its place @throws KafkaError INVALID_OPTION */
export function methodsOption(
  name: string,
  value: unknown,
  methods: readonly string[],
  right: string,
): void {
  const has = (value ?? {}) as Record<string, unknown>
  if (methods.every((method) => typeof has[method] === 'function')) return
  throw new KafkaError('INVALID_OPTION', `${name} has no ${methods.join(', ')}; give ${right}`)
}

/**
 * An object of options, checked to be one, and to have no other names than these.
 *
 * @param of - what the options belong to, for the error text
 * @throws KafkaError INVALID_OPTION that gives the nearest right name
 */
export function optionsOf<T extends object>(of: string, options: T, names: readonly string[]): T {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw wrongOption(`the argument of ${of}`, options, `{ ${names.join(', ')} }`)
  for (const name of Object.keys(options))
    if (!names.includes(name)) throw unknownOption(`${of} has no option`, name, names)
  return options
}

/** The error INVALID_OPTION of a name that is none of these; it gives the name that was probably meant, where one is near. */
export function unknownOption(text: string, name: string, names: readonly string[]): KafkaError {
  const meant = nearestName(name, names)
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`
  return new KafkaError('INVALID_OPTION', `${text} ${printable(name, 60)}${hint}`)
}
