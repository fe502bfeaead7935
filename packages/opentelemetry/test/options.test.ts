import { expect, test } from 'vitest'
import { clientMetrics, tracing } from '../src/index.js'

test.each([
  [{ recordKey: true }, /tracing has no option recordKey; did you mean recordKeys\?/],
  [{ recordKeys: 'yes' }, /recordKeys is .*; give true or false/],
  [{ clientId: 7 }, /clientId is 7; give text/],
  [{ tracerProvider: {} }, /tracerProvider has no getTracer/],
  [{ propagator: { inject() {} } }, /propagator has no inject, fields/],
  [null, /the argument of tracing is null/],
])('%j is refused as an option of tracing', (options, message) => {
  expect(() => tracing(options as never)).toThrow(
    expect.objectContaining({
      code: 'INVALID_OPTION',
      message: expect.stringMatching(message),
    }),
  )
})

test('an option that is undefined is as one that was left out', () => {
  const options = { recordKeys: undefined, clientId: undefined, tracerProvider: undefined }
  expect(() => tracing(options as never)).not.toThrow()
})

test.each([
  [{ clock: Date.now }, /clientMetrics has no option clock/],
  [{ now: 7 }, /now is 7; give a function/],
  [{ meterProvider: {} }, /meterProvider has no getMeter/],
])('%j is refused as an option of clientMetrics', (options, message) => {
  expect(() => clientMetrics(options as never)).toThrow(
    expect.objectContaining({
      code: 'INVALID_OPTION',
      message: expect.stringMatching(message),
    }),
  )
})
