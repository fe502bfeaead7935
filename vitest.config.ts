import { availableParallelism } from 'node:os'
import { defineConfig, type ViteUserConfig } from 'vitest/config'

/** Tests read the source of every package, so they need no build. */
const conditions = ['@sluice/source']

/** What takes longest, and tries our own logic rather than the Node it runs on. */
const long = [
  '**/demo.broker.test.ts',
  '**/*.property.test.ts',
  '**/{fuzz,hostile-*,model,waiting-memory}*.test.ts',
]
const leftOut = process.env['SLUICE_WITHOUT_LONG_TESTS'] ? long : []

const config: ViteUserConfig = defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    // Left to itself vitest keeps one core free, which on two means half the speed. Many tests wait for sockets, so more
    // workers than cores keep these busy. No test decides by time.
    maxWorkers: Math.ceil(1.5 * availableParallelism()),
    // Files share the modules that they import: to load them for each of some 300 files took as long as half the tests. A
    // test that replaces a module, or what a module keeps, resets the modules first.
    isolate: false,
    // Each run of .ci/run would transform the same sources again. It installs afresh, and the cache lies in node_modules, so nothing
    // old is in it.
    experimental: { fsModuleCache: process.env['SLUICE_TEST_COUNTS'] !== undefined },
    // Only what hangs comes to this end, however busy the machine is.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: process.env['SLUICE_TEST_COUNTS']
      ? ['default', './tooling/count-reporter.ts']
      : ['default'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            '{packages,examples,test}/*/test/**/*.test.ts',
            '{bench,tooling}/test/**/*.test.ts',
          ],
          exclude: ['**/*.{broker,browser,kafka}.test.ts', '**/node_modules/**', ...leftOut],
        },
      },
      {
        extends: true,
        test: {
          name: 'broker',
          include: ['{packages,examples}/*/test/**/*.broker.test.ts'],
          exclude: ['**/node_modules/**', ...leftOut],
        },
      },
      {
        extends: true,
        test: {
          name: 'fuzz',
          // These judge how long the event loop stands still.
          fileParallelism: false,
          // Projects that run a different number of files at once, as when a folder is named alone, take turns.
          sequence: { groupOrder: 1 },
          isolate: true,
          include: [
            'packages/protocol/test/{fuzz,hostile-frames,hostile-batches}.test.ts',
            'packages/network/test/hostile-peers.test.ts',
          ],
          env: { SLUICE_FUZZ_SECONDS: process.env['SLUICE_FUZZ_SECONDS'] ?? '60' },
        },
      },
      {
        extends: true,
        test: {
          name: 'inspector',
          include: ['packages/inspector/test/**/*.browser.test.ts'],
          testTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'kafka',
          include: ['{packages,examples}/*/test/**/*.kafka.test.ts', 'test/**/*.kafka.test.ts'],
          // One cluster at a time: each is a Java process of its own, or several.
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
})

export default config
