import * as util from 'node:util'
import { afterEach, expect, test, vi } from 'vitest'

afterEach(() => {
  vi.doUnmock('node:util')
  vi.resetModules()
})

test.each(['has the function of Node', 'has only the global, as Bun'])(
  'a controller ends what listens to it where the runtime %s',
  async (runtime) => {
    vi.resetModules()
    const { transferableAbortController, ...others } = util
    const isNode = runtime.includes('Node')
    vi.doMock('node:util', () => (isNode ? { ...others, transferableAbortController } : others))
    const { createAbortController } = await import('../../src/timers/abort-controller.js')
    const controller = createAbortController()
    const ended = vi.fn<() => void>()
    controller.signal.addEventListener('abort', ended)
    controller.abort()
    expect(ended).toHaveBeenCalledOnce()
  },
)
