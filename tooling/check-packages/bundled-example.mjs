import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { note } from './report.mjs'
import { runNode } from './run.mjs'

/** `examples/bundled` as its README says, from the build of the packages. Its bundle is run where none of them can be found. */
export function bundledExampleChecks(root, folder, address) {
  const example = join(root, 'examples/bundled')
  const out = join(realpathSync(folder), '..', 'bundled-example')
  const env = { ...process.env, KAFKA: address }
  return [
    {
      name: 'examples/bundled: esbuild makes a bundle of it',
      run: async () => {
        const printed = await runNode(['bundle.mjs', out], { cwd: example })
        note(`examples/bundled: ${printed.trim()}`)
      },
    },
    ...['0', '1'].map((thread) => ({
      name: `examples/bundled: the bundle sends, with SENDER_THREAD=${thread}`,
      run: async () => {
        const more = { cwd: out, env: { ...env, SENDER_THREAD: thread }, timeoutMs: 60_000 }
        const printed = await runNode(['main.js'], more)
        if (printed !== 'sent 100\n') throw new Error(`it has printed ${printed}`)
      },
    })),
  ]
}
