import { expect } from 'vitest'

interface PlugIn {
  readonly portable?: {
    readonly module: string
    readonly export: string
    readonly options: unknown
  }
}

/** Makes a plug-in again from its `portable`, as another thread would, and expects that it does the same. */
export async function expectRebuilt<T extends PlugIn>(
  original: T,
  use: (plugIn: T) => unknown,
): Promise<void> {
  const { module, export: name, options } = structuredClone(original.portable)!
  const exports: Record<string, (options: unknown) => T> = await import(module)
  const rebuilt = exports[name]!(options)
  expect(rebuilt).not.toBe(original)
  expect(rebuilt.portable).toEqual(structuredClone(original.portable))
  expect(await use(rebuilt)).toEqual(await use(original))
}
