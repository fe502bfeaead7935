import { deepStrictEqual } from 'node:assert'
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run, runNpm } from '../../check-packages/run.mjs'
import { installAliasProject, runInProject } from './alias-project.mjs'
import { packageManagers, resolvedBy } from './package-managers.mjs'
import { serveScope } from './scope-registry.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))

const traced = (headers) => ['send', 'sendBatch'].map((value) => ({ value, headers, isOnce: true }))

/** What each program of the alias project must print: the same that it prints with kafkajs. */
const programs = {
  'NestJS: send is answered, emit arrives': {
    args: ['nestjs.cjs'],
    prints: { answer: { sum: 6 }, emitted: 'told', told: { greeting: 'hello' } },
  },
  'OpenTelemetry: spans, and the context in the record': {
    args: ['opentelemetry.cjs'],
    prints: { sends: 1, sendIsOfRequest: true, headerIsOfSend: true, readIsOfSend: true },
  },
  '@kafkajs/confluent-schema-registry': {
    args: ['schema-registry.cjs'],
    prints: { id: 17, cents: 1_200 },
  },
  'dd-trace: the context in the records': {
    args: ['dd-trace.cjs'],
    env: {
      SLUICE_AGENT: 'dd-trace',
      DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
      DD_REMOTE_CONFIGURATION_ENABLED: 'false',
    },
    prints: traced([
      'traceparent',
      'tracestate',
      'x-datadog-parent-id',
      'x-datadog-sampling-priority',
      'x-datadog-tags',
      'x-datadog-trace-id',
    ]),
  },
  'New Relic: the context in the records': {
    args: ['newrelic.cjs'],
    // Its server is a closed port of this machine.
    env: {
      SLUICE_AGENT: 'newrelic',
      NEW_RELIC_FEATURE_FLAG_KAFKAJS_INSTRUMENTATION: 'true',
      NEW_RELIC_NO_CONFIG_FILE: 'true',
      NEW_RELIC_APP_NAME: 'surroundings',
      NEW_RELIC_LICENSE_KEY: '0'.repeat(40),
      NEW_RELIC_HOST: '127.0.0.1',
      NEW_RELIC_PORT: '1',
      NEW_RELIC_LOG_ENABLED: 'false',
    },
    prints: traced(['traceparent']),
  },
}

/**
 * What is built on kafkajs, on the drop-in under its name.
 *
 * @param stage - the `folder` to work in, the `packed` tarballs, and the `address` of a broker
 * @returns named checks, and how to end what they share
 */
export async function kafkajsChecks({ folder, packed, address }) {
  const scope = await serveScope([...packed, await packOther(folder)])
  const registry = (await runNpm(['config', 'get', 'registry'])).trim()
  const project = join(folder, 'alias')
  const setting = { address, scope: scope.url, registry }
  return {
    close: scope.close,
    checks: [
      {
        name: 'npm install kafkajs@npm:@sluice/kafkajs',
        run: () => installAliasProject(project, scope.url),
      },
      ...programChecks(project, address),
      { name: 'Jest: sends, automatic mocks, fakes, spies', run: () => runJest(project, address) },
      ...managerChecks(folder, setting),
    ],
  }
}

function programChecks(project, address) {
  return Object.entries(programs).map(([name, { args, env, prints }]) => ({
    name,
    run: async () => deepStrictEqual(await runInProject(project, address, args, env), prints),
  }))
}

function managerChecks(folder, setting) {
  const wanted = { isOne: true, name: '@sluice/kafkajs', original: 'kafkajs 2', isWritten: true }
  return Object.entries(packageManagers).map(([name, manager], at) => ({
    name: `every kafkajs is the drop-in, and its consumer is that of kafkajs: ${name}`,
    run: async () =>
      deepStrictEqual(
        await resolvedBy(manager, { ...setting, folder: join(folder, `managed-${at}`) }),
        wanted,
      ),
  }))
}

/** Jest looks for tests by its own default names. */
async function runJest(project, address) {
  for (const name of ['sends', 'mocked', 'faked'])
    renameSync(join(project, `${name}.test.cjs`), join(project, `${name}.test.js`))
  const env = { ...process.env, SLUICE_ADDRESS: address, CI: 'true' }
  const jest = join(project, 'node_modules/jest/bin/jest.js')
  const args = ['-c', 'exec "$0" "$@" 2>&1', process.execPath, jest, '--runInBand']
  const output = await run('sh', args, { cwd: project, env, timeoutMs: 90_000 })
  if (!/Tests: +6 passed, 6 total/.test(output) || /did not exit/.test(output))
    throw new Error(output)
}

/** A package that has kafkajs as its dependency. */
async function packOther(folder) {
  const source = join(here, 'uses-kafkajs')
  const output = await runNpm(['pack', '--json', '--pack-destination', folder], { cwd: source })
  const [{ filename, name, version }] = JSON.parse(output)
  const manifest = { name, version, main: 'index.cjs', dependencies: { kafkajs: '^2.2.0' } }
  return { manifest, tarball: join(folder, filename) }
}
