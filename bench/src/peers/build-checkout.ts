import { runTool } from './client-list/run-tool.js'

const builds = new Map<string, Promise<unknown>>()

/** Builds the packages of a checkout, once in this process. */
export function buildCheckout(checkout: string): Promise<unknown> {
  const known = builds.get(checkout)
  if (known !== undefined) return known
  const made = runTool('npx', ['turbo', 'run', 'build'], checkout)
  builds.set(checkout, made)
  return made
}
