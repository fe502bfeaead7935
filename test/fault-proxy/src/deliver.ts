import { connect } from 'node:net'
import { FrameCutter, framed } from './frame-cutter.js'

/**
 * Brings one request to a broker, on a connection of its own.
 *
 * @param frame - the request, without its length
 * @returns the answer, without its length
 * @throws Error where the broker hangs up instead
 */
export async function deliver(
  target: { readonly host: string; readonly port: number },
  frame: Uint8Array,
): Promise<Buffer> {
  const socket = connect(target)
  try {
    socket.write(framed(frame))
    const cutter = new FrameCutter()
    for await (const chunk of socket) {
      const [answer] = cutter.push(chunk as Buffer)
      if (answer !== undefined) return answer
    }
    throw new Error('The broker has hung up instead of an answer.')
  } finally {
    socket.destroy()
  }
}
