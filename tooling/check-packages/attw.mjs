import { readFileSync } from 'node:fs'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'

/** Are the types wrong? In Node's ESM and CommonJS, in bundlers, and in TypeScript's node10. */
export async function checkWithAttw({ tarball }) {
  const { types, problems } = await checkPackage(
    createPackageFromTarballData(new Uint8Array(readFileSync(tarball))),
  )
  if (!types) throw new Error('it holds no types')
  if (problems.length > 0)
    throw new Error(problems.map((problem) => JSON.stringify(problem)).join('\n'))
}
