import { connect, type Socket } from 'node:net'
import { encode, WireReader } from './wire.js'

/** Where a broker listens. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** Sends one request over a connection of its own and returns a reader at the answer's body. */
export async function request(
  address: Address,
  apiKey: number,
  version: number,
  body: Buffer,
  timeoutMs = 5_000,
): Promise<WireReader> {
  const socket = connect(address.port, address.host)
  // A paused broker still takes connections, but does not answer.
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`No answer in ${timeoutMs} ms.`)))
  try {
    socket.write(frame(apiKey, version, body))
    const answer = new WireReader(await readFrame(socket))
    answer.int32() // the correlation id
    return answer
  } finally {
    socket.destroy()
  }
}

/** Splits `host:port`; of a list it takes the first. */
export function parseAddress(text: string): Address {
  const address = text.split(',')[0] ?? ''
  const colon = address.lastIndexOf(':')
  const port = Number(address.slice(colon + 1))
  if (colon < 1 || !(port > 0)) throw new Error(`"${text}" is not a host:port.`)
  return { host: address.slice(0, colon).replace(/^\[(.*)\]$/u, '$1'), port }
}

function frame(apiKey: number, version: number, body: Buffer): Buffer {
  const header = [encode.int16(apiKey), encode.int16(version), encode.int32(1)]
  const bytes = Buffer.concat([...header, encode.string('sluice-test-kafka'), body])
  return Buffer.concat([encode.int32(bytes.length), bytes])
}

async function readFrame(socket: Socket): Promise<Buffer> {
  let bytes: Buffer = Buffer.alloc(0)
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    bytes = Buffer.concat([bytes, chunk])
    if (bytes.length >= 4 && bytes.length >= 4 + bytes.readInt32BE()) return bytes.subarray(4)
  }
  throw new Error('The broker closed the connection without an answer.')
}
