import type { KafkaError } from '@sluice/protocol'
import { KafkaJSConnectionError } from '../original/errors.js'

/** What Node tells of a socket that could not be connected. */
interface SocketError {
  readonly message: string
  readonly code?: string
  readonly address?: string
  readonly port?: number
}

/** A broker that could not be reached, with the code of Node such as ECONNREFUSED. */
export function connectionError(error: KafkaError): InstanceType<typeof KafkaJSConnectionError> {
  const socket = socketErrorOf(error)
  const broker = brokerOf(error, socket)
  if (socket?.message === 'Connection timeout')
    return new KafkaJSConnectionError('Connection timeout', { broker })
  const message = `Connection error: ${socket?.message ?? error.message}`
  return new KafkaJSConnectionError(message, { broker, code: socket?.code })
}

/** The innermost error of the causes. */
function socketErrorOf(error: Error): SocketError | undefined {
  let innermost: Error = error
  while (innermost.cause instanceof Error) innermost = innermost.cause
  return innermost === error ? undefined : innermost
}

function brokerOf({ message }: Error, socket: SocketError | undefined): string | undefined {
  if (socket?.address !== undefined && socket.port !== undefined)
    return `${socket.address}:${socket.port}`
  return /[\w.-]+:\d{1,5}|\[[\da-f:]+\]:\d{1,5}/i.exec(message)?.[0]
}
