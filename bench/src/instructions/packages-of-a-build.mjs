import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** An entry point of a package as a checkout has built it. */
export const fromBuild = (checkout, entryPoint) =>
  import(pathToFileURL(join(checkout, 'packages', `${entryPoint}.js`)).href)
