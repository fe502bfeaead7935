import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it, test } from 'vitest'
import { Authority, type Certificate } from '../../../../test/certificates.js'
import { transportConformance } from '../../src/testing.js'
import type { ByteStream } from '../../src/transport.js'
import { memoryRig, tcpRig, tlsRig } from './rigs.js'

describe('tcpTransport', () => {
  transportConformance(test, tcpRig)
})

describe('tlsTransport', () => {
  let authority: Authority
  let server: Certificate
  beforeAll(async () => {
    authority = await Authority.create()
    server = await authority.issue({ name: 'broker' })
  })
  transportConformance(test, () => tlsRig(authority, server))
})

describe('memoryTransport', () => {
  transportConformance(test, memoryRig)
})

type Change = (stream: ByteStream) => Partial<ByteStream>

/** The titles that fail in memory where streams are changed so; of one title, or of all. */
async function failures(change: Change, only?: string): Promise<string[]> {
  const failed: string[] = []
  let done = Promise.resolve()
  const run = (name: string, body: () => void | Promise<void>): void => {
    if (only !== undefined && name !== only) return
    // What is right is not held to a time, however busy the machine is.
    const tried = only === undefined ? body : (): Promise<void> => limited(body)
    done = done.then(tried).catch(() => void failed.push(name))
  }
  transportConformance(run, () => {
    const rig = memoryRig()
    const { transport } = rig
    return { ...rig, transport: { connect: async (to) => wrap(await transport.connect(to)) } }
  })
  const wrap = (stream: ByteStream): ByteStream => {
    const plain: ByteStream = {
      encrypted: stream.encrypted,
      write: (chunks, onFlushed) => stream.write(chunks, onFlushed),
      onData: (listener) => stream.onData(listener),
      onDrain: (listener) => stream.onDrain(listener),
      onClose: (listener) => stream.onClose(listener),
      destroy: (error) => stream.destroy(error),
    }
    return { ...plain, ...change(plain) }
  }
  await done
  return failed
}

/** What waits for something that never comes has failed, too. */
async function limited(body: () => void | Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('it hangs')), 500)
  })
  await Promise.race([body(), late]).finally(() => clearTimeout(timer))
}

describe('the kit', () => {
  it.each<[string, string, Change]>([
    [
      'forgets all chunks but the first',
      'delivers the chunks of a write in order',
      (stream) => ({ write: ([first], flushed) => stream.write(first ? [first] : [], flushed) }),
    ],
    [
      'sends the whole buffer of a view',
      'takes views into larger buffers as they are',
      (stream) => ({
        write: (chunks, flushed) =>
          stream.write(
            chunks.map(({ buffer }) => new Uint8Array(buffer)),
            flushed,
          ),
      }),
    ],
    [
      'says at once that it is done',
      'says of each write once that it has no more use for its chunks',
      (stream) => ({
        write: (chunks, flushed) => {
          flushed()
          return stream.write(chunks, () => {})
        },
      }),
    ],
    [
      'never asks for a pause',
      'asks for a pause when the peer does not read, and says when it has',
      (stream) => ({ write: (...args) => (stream.write(...args), true) }),
    ],
    [
      'closes in the middle of destroy',
      'closes once when it is destroyed, and never within that call',
      (stream) => {
        let closed = (): void => {}
        return {
          onClose: (listener) => void (closed = listener),
          destroy: () => (closed(), stream.destroy()),
        }
      },
    ],
    ['does not close with its peer', 'closes when the peer is gone', () => ({ onClose: () => {} })],
    [
      'closes without a word about what was open',
      'ends each write that is open, with an error, and each later one',
      (stream) => ({ write: (chunks) => stream.write(chunks, () => {}) }),
    ],
  ])('rejects a transport that %s', async (_, title, change) => {
    expect(await failures(change, title)).toEqual([title])
  })

  it('finds nothing wrong with the streams that these were made of', async () => {
    expect(await failures(() => ({}))).toEqual([])
  })

  it('runs under node:test too', () => {
    const file = fileURLToPath(new URL('../fixtures/under-node-test.ts', import.meta.url))
    const flags = ['--conditions=@sluice/source', '--import=tsx', '--test', '--test-reporter=tap']
    const output = execFileSync(process.execPath, [...flags, file], { encoding: 'utf8' })
    expect(output).toMatch(/^# pass 20$/m)
    expect(output).toMatch(/^# fail 0$/m)
  })
})
