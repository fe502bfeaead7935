/**
 * How to make a plug-in again in another thread, to which its functions cannot be sent: import `module` there, and call
 * its export named `export` with `options`. A plug-in has one only if its options are plain data.
 */
export interface Portable {
  /** What to import, like `@sluice/protocol/gzip`. */
  readonly module: string
  /** The name of the exported function that makes the plug-in, like `gzip`. */
  readonly export: string
  /** The one argument of that function. It survives `structuredClone`. */
  readonly options: unknown
}

/**
 * The {@link Portable} of a plug-in that was made with these options.
 *
 * @param module - what to import
 * @param name - the exported function
 * @param options - its one argument
 * @returns undefined where the options hold a function, or an object of a class, which cannot be sent as it is
 */
export function portableFrom(module: string, name: string, options: unknown): Portable | undefined {
  return isPlainData(options) ? { module, export: name, options } : undefined
}

/**
 * Gives a plug-in its {@link Portable}, as long as it is what it was made as. A copy with another method, such as
 * `{ ...gzip(), compress }`, has none, and neither has a plug-in one of whose methods was replaced: another thread would make
 * it again without that method.
 *
 * @param methods - the names of the methods that make up the plug-in
 * @returns the plug-in itself
 */
export function withPortable<Plugin extends object>(
  plugin: Plugin,
  methods: readonly (keyof Plugin)[],
  portable: Portable | undefined,
): Plugin {
  const own = methods.map((name) => plugin[name])
  return Object.defineProperty(plugin, 'portable', {
    configurable: true,
    get(this: Plugin) {
      return methods.every((name, at) => this[name] === own[at]) ? portable : undefined
    },
    set(this: Plugin, value: Portable | undefined) {
      const given = { value, enumerable: true, configurable: true, writable: true }
      Object.defineProperty(this, 'portable', given)
    },
  })
}

function isPlainData(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return !unsendable.includes(typeof value)
  if (ArrayBuffer.isView(value)) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  const isPlain = Array.isArray(value) || prototype === Object.prototype || prototype === null
  return isPlain && Object.values(value).every(isPlainData)
}

const unsendable = ['function', 'symbol']
