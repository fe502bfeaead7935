import { performance } from 'node:perf_hooks'
import process from 'node:process'
import timers from 'node:timers'
import { createProducer } from '@sluice/producer'
import type { CliIo } from './cli-io.js'
import type { EndSignal } from './exit-code.js'

/** The surroundings of a process of Node. */
export function nodeIo(): CliIo {
  return {
    stdin: () => process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    now: () => performance.now(),
    setTimeout: (run, ms) => timers.setTimeout(run, ms),
    clearTimeout: (timer) => timers.clearTimeout(timer as NodeJS.Timeout),
    onSignal,
    createProducer: (options) => createProducer(options),
  }
}

function onSignal(listener: (signal: EndSignal) => void): () => void {
  const interrupt = (): void => listener('SIGINT')
  const terminate = (): void => listener('SIGTERM')
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', terminate)
  return () => {
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', terminate)
  }
}
