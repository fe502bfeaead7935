import { connect, type Socket } from 'node:net'
import { abortReason, type Attempt } from './addresses.js'

/** Connects to one address. The socket does not keep the process alive. */
export async function openSocket(attempt: Attempt, keepAliveDelayMs: number): Promise<Socket> {
  const { address: host, port } = attempt
  const socket = connect({ host, port, autoSelectFamily: false })
  socket.unref()
  await settled(socket, 'connect', attempt, () => connectTimeout(attempt))
  socket.setNoDelay(true)
  socket.setKeepAlive(true, keepAliveDelayMs)
  return socket
}

/** The error of an address that does not answer in time, with the fields of Node's own errors of this kind. */
export function connectTimeout({ address, port, limitMs }: Attempt): Error {
  const late = new Error(`connect ETIMEDOUT ${address}:${port} after ${limitMs} ms`)
  return Object.assign(late, { code: 'ETIMEDOUT', syscall: 'connect', address, port })
}

/**
 * Resolves when the socket emits `event`. Rejects, with the socket destroyed, when it fails, closes, takes longer than the
 * attempt may, or when the signal aborts.
 * @param late - makes the error of a time-out
 */
export function settled(
  socket: Socket,
  event: string,
  { limitMs, signal }: Attempt,
  late: () => Error,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void): void => {
      signal.removeEventListener('abort', onAbort)
      socket
        .off('error', giveUp)
        .off(event, onEvent)
        .off('timeout', onTimeout)
        .off('close', onClose)
      socket.setTimeout(0)
      finish()
    }
    const giveUp = (error: Error): void =>
      settle(() => {
        // An error may still come, and must find a listener.
        socket.on('error', ignore)
        socket.destroy()
        reject(error)
      })
    const onAbort = (): void => giveUp(abortReason(signal))
    const onTimeout = (): void => giveUp(late())
    const onClose = (): void => giveUp(new Error('the peer closed the connection'))
    const onEvent = (): void => settle(resolve)
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort)
    socket.on('error', giveUp).on(event, onEvent).on('timeout', onTimeout).on('close', onClose)
    socket.setTimeout(limitMs)
  })
}

function ignore(): void {}
