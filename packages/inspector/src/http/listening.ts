import { createServer, type RequestListener, type Server } from 'node:http'
import { KafkaError } from '@sluice/protocol'

/** A server that listens. It keeps no process alive, and neither do its connections. */
export async function listening(
  onRequest: RequestListener,
  port: number,
  host: string,
): Promise<Server> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, onRequest)
  server.maxConnections = 64
  server.on('connection', (socket) => void socket.unref())
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(cannotListen(cause, port, host)))
    server.listen(port, host, resolve)
  })
  // A connection that cannot be accepted, for want of a file descriptor, ends neither the server nor the process.
  server.on('error', () => {})
  return server.unref()
}

/** Resolves when no connection is left. */
export function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

function cannotListen(cause: NodeJS.ErrnoException, port: number, host: string): KafkaError {
  const detail = `the inspector cannot listen on port ${port} of ${host}: ${cause.code ?? 'unknown'}; give another port, or 0 for a free one`
  return new KafkaError('INVALID_OPTION', detail, { cause })
}
