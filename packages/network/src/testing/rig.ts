import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { setTimeout } from 'node:timers'
import type { ByteStream, Transport } from '../transport.js'

/** `test` of vitest, node:test or jest. */
export type TestFunction = (name: string, run: () => void | Promise<void>) => unknown

/** A transport, and a peer to connect to. */
export interface TransportRig {
  /** The transport to try. */
  readonly transport: Transport
  /** Listens for connections where the transport can reach them, and hands over the peer's end of each. */
  listen(accept: (peer: Duplex) => void): Promise<RigListener>
}

/** A peer that listens. */
export interface RigListener {
  /** The host to give to the transport. */
  readonly host: string
  /** The port to give to the transport. */
  readonly port: number
  /** Stops listening. Existing connections stay. */
  close(): void | Promise<void>
}

/** Both ends of one connection. */
export interface Pair {
  readonly stream: ByteStream
  readonly peer: Duplex
}

/** Connects, runs, and takes everything down again. */
export async function withPair(
  rig: TransportRig,
  run: (pair: Pair) => Promise<void>,
): Promise<void> {
  await withListener(rig, async (connect) => {
    const pair = await connect()
    try {
      await run(pair)
    } finally {
      pair.stream.destroy()
      pair.peer.destroy()
    }
  })
}

export async function withListener(
  rig: TransportRig,
  run: (connect: () => Promise<Pair>, listener: RigListener) => Promise<void>,
): Promise<void> {
  const accepted: Duplex[] = []
  let arrived: (() => void) | undefined
  const listener = await rig.listen((peer) => {
    // A test may reset a connection; the error must find a listener.
    peer.on('error', () => {})
    accepted.push(peer)
    arrived?.()
  })
  const nextPeer = async (): Promise<Duplex> => {
    if (accepted.length === 0) await new Promise<void>((resolve) => (arrived = resolve))
    return accepted.shift() as Duplex
  }
  const connect = async (): Promise<Pair> => {
    const { host, port } = listener
    const { signal } = new AbortController()
    const [stream, peer] = await Promise.all([
      rig.transport.connect({ host, port, signal }),
      nextPeer(),
    ])
    return { stream, peer }
  }
  try {
    await run(connect, listener)
  } finally {
    for (const peer of accepted) peer.destroy()
    await listener.close()
  }
}

/** Writes, and waits until the stream has flushed the bytes. */
export function written(stream: ByteStream, chunks: readonly Uint8Array[]): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(chunks, (error) => (error === undefined ? resolve() : reject(error)))
  })
}

/** Reads so many bytes from the peer. */
export async function readFrom(peer: Duplex, bytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  for (let left = bytes; left > 0;) {
    const chunk = peer.read(Math.min(left, peer.readableLength || 1)) as Buffer | null
    if (chunk === null) {
      await once(peer, 'readable')
      continue
    }
    chunks.push(chunk)
    left -= chunk.length
  }
  return Buffer.concat(chunks)
}

/** Waits for as long as bytes and events need on one machine. */
export async function aWhile(ms = 20): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms))
}
