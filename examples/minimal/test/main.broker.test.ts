import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { expect, test, vi } from 'vitest'

test('the program says where its record is', async () => {
  await using cluster = await createEmbeddedCluster({ topics: { orders: { partitions: 1 } } })
  vi.stubEnv('KAFKA', cluster.bootstrapServers.join())
  const print = vi.spyOn(console, 'log').mockReturnValue()
  try {
    await import('../src/main.js')
    expect(print.mock.calls).toEqual([['partition 0, offset 0']])
  } finally {
    print.mockRestore()
    vi.unstubAllEnvs()
  }
  expect(cluster.records('orders').map(({ value }) => String(value))).toEqual(['paid'])
})
