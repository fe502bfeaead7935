import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import type { RecordContent } from '@sluice/protocol'
import type { Serializer } from '../serialization/serializer.js'

/** The `test` function of vitest, node:test or jest. */
export type TestFunction = (name: string, run: () => Promise<void>) => unknown

/**
 * Checks what the producer relies on in a serializer, whether it answers at once or with promises. It cannot check that others
 * can read what it writes.
 *
 * @param test - the `test` function of your test runner
 * @param make - makes a new serializer for each test
 * @param samples - data that it must serialize: a few, each different from the others
 */
export function serializerConformance<T>(
  test: TestFunction,
  make: () => Serializer<T>,
  samples: readonly T[],
): void {
  test('gives text, bytes or null for each sample', () => givesContents(make(), samples))
  test('gives the same for the same data, each time and in each process', () =>
    agrees(make(), make(), samples))
  test('leaves alone what it has given before', () => leavesResults(make(), samples))
  test('keeps calls apart that overlap', () => keepsApart(make(), samples))
}

async function givesContents<T>(serializer: Serializer<T>, samples: readonly T[]): Promise<void> {
  assert.ok(samples.length > 1, 'give two samples at least')
  for (const sample of samples) await contentOf(serializer, sample)
}

/** Records of one key belong to one partition. */
async function agrees<T>(
  serializer: Serializer<T>,
  other: Serializer<T>,
  samples: readonly T[],
): Promise<void> {
  for (const sample of [...samples, ...samples.toReversed()])
    assert.deepEqual(await contentOf(serializer, sample), await contentOf(other, sample))
}

/** Records of a `sendMany` are not copied at once, so a serializer must not write the next one into the same bytes. */
async function leavesResults<T>(serializer: Serializer<T>, samples: readonly T[]): Promise<void> {
  const results: RecordContent[] = []
  for (const sample of samples) results.push(await given(serializer, sample))
  const before = results.map(copyOf)
  for (const sample of samples.toReversed()) await given(serializer, sample)
  assert.deepEqual(results.map(copyOf), before)
}

async function keepsApart<T>(serializer: Serializer<T>, samples: readonly T[]): Promise<void> {
  const together = await Promise.all(samples.map((sample) => contentOf(serializer, sample)))
  const alone: unknown[] = []
  for (const sample of samples) alone.push(await contentOf(serializer, sample))
  assert.deepEqual(together, alone)
}

async function contentOf<T>(serializer: Serializer<T>, sample: T): Promise<unknown> {
  return copyOf(await given(serializer, sample))
}

async function given<T>(serializer: Serializer<T>, sample: T): Promise<RecordContent> {
  const content = await serializer.serialize('orders', sample, [])
  const isContent = typeof content === 'string' || content === null || ArrayBuffer.isView(content)
  assert.ok(isContent, 'a serializer must give a string, a Uint8Array or null')
  return content
}

function copyOf(content: RecordContent): string | null {
  if (content === null || typeof content === 'string') return content
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('hex')
}
