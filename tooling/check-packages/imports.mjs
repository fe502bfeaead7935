import { runNode } from './run.mjs'

const importAlone = {
  esm: (specifier) => `await import(${JSON.stringify(specifier)})`,
  cjs: (specifier) => `createRequire(import.meta.url)(${JSON.stringify(specifier)})`,
}

/** No codec, nor what one stands on, is loaded before somebody imports it. */
export async function checkNoCodecLoaded(folder, specifier, format) {
  await runScript(
    folder,
    `
    import { createRequire } from 'node:module'
    const ofCodecs = () => [
      ...process.moduleLoadList.filter((name) => name === 'NativeModule zlib'),
      ...Object.keys(createRequire(import.meta.url).cache).filter((file) => /[\\\\/](snappy|lz4-napi)[\\\\/]/.test(file)),
    ]
    ${importAlone[format](specifier)}
    if (ofCodecs().length > 0) throw new Error('it loads ' + ofCodecs())
    for (const codec of ['@sluice/protocol/gzip', '@sluice/codec-snappy', '@sluice/codec-lz4']) {
      const before = ofCodecs().length
      await import(codec)
      if (ofCodecs().length === before) throw new Error('this checks nothing: ' + codec + ' does not show')
    }`,
  )
}

/**
 * Milliseconds of importing it in a process of its own, on the clock or of CPU, whichever is less: the least of several
 * tries. What starting the process takes is over by then.
 */
export async function importMs(folder, specifier) {
  const script = `
    const cpu = process.cpuUsage()
    const begun = performance.now()
    ${importAlone.esm(specifier)}
    const ms = performance.now() - begun
    const { user, system } = process.cpuUsage(cpu)
    console.log(Math.min(ms, (user + system) / 1_000))`
  let least = Infinity
  for (let left = 9; left > 0; left--) {
    least = Math.min(least, Number(await runScript(folder, script)))
  }
  return least
}

function runScript(folder, script) {
  return runNode(['--input-type=module', '--eval', script], { cwd: folder, timeoutMs: 30_000 })
}
