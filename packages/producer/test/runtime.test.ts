import { expect, test, vi } from 'vitest'
import { nodeRuntime } from '../src/runtime.js'

test('a timer too long for Node does not run at once', () => {
  vi.useFakeTimers()
  const run = vi.fn<() => void>()
  const timer = nodeRuntime().setTimeout(run, Infinity)
  vi.advanceTimersByTime(86_400_000)
  expect(run).not.toHaveBeenCalled()
  nodeRuntime().clearTimeout(timer)
  vi.useRealTimers()
})

test('a logger is called as an object, and an error that it throws harms nothing else', () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  const heard: string[] = []
  class Own {
    readonly #prefix = 'own: '
    debug(): void {}
    info(): void {}
    warn(message: string): void {
      heard.push(this.#prefix + message)
    }
    error(): never {
      throw new Error('disk full')
    }
  }
  const { logger } = nodeRuntime(new Own())
  logger.warn('careful')
  logger.error('broken')
  expect(heard).toEqual(['own: careful'])
  expect(warned).toHaveBeenCalledWith(expect.stringContaining('broken'), 'SluiceWarning')
  warned.mockRestore()
})
