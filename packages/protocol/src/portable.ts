/**
 * How to make a plug-in again in another thread, where functions cannot be sent: the other thread calls
 * `(await import(module))[name](options)`, with the export called `name` here `export`.
 *
 * A plug-in has one only if its options are plain data that survives `structuredClone`.
 */
export interface Portable {
  /** What to import, like `@sluice/protocol/gzip`. */
  readonly module: string
  /** The name of the exported function that makes the plug-in, like `gzip`. */
  readonly export: string
  /** The one argument of that function. */
  readonly options: unknown
}
