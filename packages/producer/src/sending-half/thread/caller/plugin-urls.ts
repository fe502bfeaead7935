import { createRequire } from 'node:module'
import { isAbsolute, join } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import type { PortableOptions, PortablePlugin } from '../portable-options.js'

/** The options with the address of each plug-in's file: the thread's program is no file, from which a module could be found. */
export function withUrls(options: PortableOptions): PortableOptions {
  const { compression, transport, sasl } = options
  return {
    ...options,
    ...(compression && { compression: withUrl(compression) }),
    ...(transport && { transport: withUrl(transport) }),
    ...(sasl && { sasl: 'module' in sasl ? withUrl(sasl) : sasl }),
  }
}

function withUrl(plugin: PortablePlugin): PortablePlugin {
  const url = urlOf(plugin.module)
  return url === undefined ? plugin : { ...plugin, url }
}

/** Where the main program, or a program that was started in this folder, would find the module. */
function urlOf(module: string): string | undefined {
  if (/^(file|data|node):/.test(module)) return module
  if (isAbsolute(module)) return pathToFileURL(module).href
  // The folder may have been deleted since: then asking for it throws.
  const programs = [() => process.argv[1]!, () => join(process.cwd(), 'main.js')]
  for (const program of programs) {
    try {
      return pathToFileURL(createRequire(program()).resolve(module)).href
    } catch {
      // Not found from there, or for `import` alone, which the thread tries.
    }
  }
  return undefined
}
