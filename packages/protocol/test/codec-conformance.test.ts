import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it, test } from 'vitest'
import type { CompressionCodec } from '../src/codec.js'
import { gzip } from '../src/gzip.js'
import { codecConformance } from '../src/testing.js'

describe('gzip', () => {
  codecConformance(test, () => gzip())
})

describe('gzip that answers later', () => {
  codecConformance(test, () => ({
    ...gzip(),
    compress: async (input) => gzip().compress(input),
    decompress: async (input, maxBytes) => gzip().decompress(input, maxBytes),
  }))
})

/** The titles that fail for gzip with some parts changed. */
async function failures(change: Partial<CompressionCodec>): Promise<string[]> {
  const failed: string[] = []
  let done = Promise.resolve()
  const run = (name: string, body: () => void | Promise<void>): void => {
    done = done.then(body).catch(() => void failed.push(name))
  }
  codecConformance(run, () => ({ ...gzip(), ...change }))
  await done
  return failed
}

const gunzip = (input: Uint8Array, maxBytes: number): Uint8Array =>
  gunzipSync(input, { maxOutputLength: Math.max(1, maxBytes) })

describe('the kit', () => {
  it.each([
    ['an id that Kafka does not have', { id: 5 as 4 }],
    ['a name of another codec', { name: 'snappy' }],
  ])('rejects %s', async (_, change) => {
    expect(await failures(change)).toEqual(['has an id of Kafka and a name that tells which'])
  })

  it('rejects a codec that stores what it is given', async () => {
    const compress = (input: Uint8Array): Uint8Array => gzipSync(input, { level: 0 })
    expect(await failures({ compress })).toEqual(['makes smaller what repeats'])
  })

  it('rejects a codec that writes to its input', async () => {
    const compress = (input: Uint8Array): Uint8Array => {
      const output = gzipSync(input)
      input[0] = 1
      return output
    }
    expect(await failures({ compress })).toContain(
      'reads and leaves views into larger buffers as they are',
    )
  })

  it('rejects a codec that takes a view for its whole buffer', async () => {
    const compress = (input: Uint8Array): Uint8Array => gzipSync(Buffer.from(input.buffer))
    expect(await failures({ compress })).toContain(
      'reads and leaves views into larger buffers as they are',
    )
  })

  it('rejects a codec that answers with a buffer it uses again', async () => {
    const shared = Buffer.alloc(9_000_000)
    const decompress = async (input: Uint8Array, maxBytes: number): Promise<Uint8Array> => {
      const output = gunzip(input, maxBytes)
      await new Promise(setImmediate)
      shared.set(output)
      await new Promise(setImmediate)
      return shared.subarray(0, output.length)
    }
    expect(await failures({ decompress })).toContain('keeps calls apart that overlap')
  })

  it('rejects a codec without a limit', async () => {
    const decompress = (input: Uint8Array): Uint8Array => gunzipSync(input)
    expect(await failures({ decompress })).toEqual([
      'gives maxBytes at most',
      'refuses a bomb before it has been allocated',
    ])
  })

  it('rejects a codec that looks at its limit when all is done', async () => {
    const decompress = (input: Uint8Array, maxBytes: number): Uint8Array => {
      const output = gunzipSync(input)
      if (output.length > maxBytes) throw new RangeError('too much')
      return output
    }
    expect(await failures({ decompress })).toEqual(['refuses a bomb before it has been allocated'])
  })

  it('rejects a codec that gives what there is of cut input', async () => {
    const decompress = (input: Uint8Array, maxBytes: number): Uint8Array => {
      try {
        return gunzip(input, maxBytes)
      } catch (error) {
        if ((error as { code?: string }).code !== 'Z_BUF_ERROR') throw error
        return new Uint8Array()
      }
    }
    expect(await failures({ decompress })).toContain('refuses bytes whose end is missing')
  })

  it('runs under node:test too', () => {
    const file = fileURLToPath(new URL('fixtures/under-node-test.ts', import.meta.url))
    const flags = ['--conditions=@sluice/source', '--import=tsx', '--test', '--test-reporter=tap']
    const output = execFileSync(process.execPath, [...flags, file], { encoding: 'utf8' })
    expect(output).toMatch(/^# pass 11$/m)
    expect(output).toMatch(/^# fail 0$/m)
  })
})
