import { once } from 'node:events'
import { connect } from 'node:net'

/** Sends a frame over a connection of its own, and waits until the broker has done what it asks. */
export async function sendAlone(
  broker: { readonly host: string; readonly port: number },
  frame: Uint8Array,
): Promise<void> {
  const socket = connect(broker.port, broker.host)
  const length = Buffer.alloc(4)
  length.writeInt32BE(frame.length)
  socket.write(Buffer.concat([length, frame]))
  await Promise.race([once(socket, 'data'), once(socket, 'close')])
  socket.destroy()
}
