import { copyFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withoutNpmConfig } from '../../check-packages/consumer.mjs'
import { run, runNpm } from '../../check-packages/run.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))

/**
 * A CommonJS service for kafkajs with NestJS, Jest and agents, as the lock file has them, to which one command has given the drop-in.
 *
 * @param registryUrl - where the packages of the scope come from
 */
export async function installAliasProject(folder, registryUrl) {
  mkdirSync(folder)
  for (const file of ['package.json', 'package-lock.json'])
    copyFileSync(join(here, file), join(folder, file))
  cpSync(join(here, 'programs'), folder, { recursive: true })
  writeFileSync(
    join(folder, '.npmrc'),
    `@sluice:registry=${registryUrl}\nfund=false\naudit=false\n`,
  )
  const options = { cwd: folder, env: withoutNpmConfig(), timeoutMs: 600_000 }
  const quiet = ['--ignore-scripts', '--omit=optional', '--prefer-offline']
  await runNpm(['ci', ...quiet], options)
  await runNpm(['install', 'kafkajs@npm:@sluice/kafkajs', ...quiet], options)
}

/** Runs a program of the project. @returns what the last line that it prints says, as JSON */
export async function runInProject(folder, address, args, env = {}) {
  const output = await run(process.execPath, args, {
    cwd: folder,
    env: { ...process.env, ...env, SLUICE_ADDRESS: address, KAFKAJS_NO_PARTITIONER_WARNING: '1' },
    timeoutMs: 90_000,
  })
  return JSON.parse(output.trim().split('\n').at(-1))
}
