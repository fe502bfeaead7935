/** What is tried on each runtime: the demo, and the checks of `smoke/checks.ts`. */
export const titles = [
  'demo',
  'send',
  'enqueue',
  'stream',
  'AsyncLocalStorage',
  'gzip',
  'snappy',
  'lz4',
  'zstd',
  'TLS',
  'restart',
  'transactions',
  'senderThread',
  'senderThread, transactions',
] as const
