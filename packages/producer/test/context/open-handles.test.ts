import { createHook } from 'node:async_hooks'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'

/** The types of this library's resources that have begun and not ended, as Jest's `--detectOpenHandles` counts them. */
function openResources(): () => string[] {
  const open = new Map<number, string>()
  const hook = createHook({
    init: (id, type) => {
      if (type.startsWith('SLUICE')) open.set(id, type)
    },
    destroy: (id) => void open.delete(id),
  }).enable()
  onTestFinished(() => void hook.disable())
  return () => [...open.values()]
}

test('neither an import of the package nor a callback that was called leaves a resource open', async () => {
  vi.resetModules()
  const open = openResources()
  const { createMockProducer } = await import('../../src/testing.js')
  // Node tells hooks of an end in a later turn.
  await turn()
  expect(open()).toEqual([])
  const producer = createMockProducer()
  const ends: unknown[] = []
  producer.enqueue({ topic: 'orders', value: 'v' }, (error) => void ends.push(error))
  producer.enqueue({ topic: 'orders', value: 'v' }, () => {
    throw new Error('a callback that throws')
  })
  expect(open()).toEqual(['SLUICE_DELIVERY', 'SLUICE_DELIVERY'])
  await producer.close()
  await turn()
  expect(ends).toEqual([null])
  expect(open()).toEqual([])
})
