import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { describe, expect, test } from 'vitest'
import { codeOfGuide, runGuide } from '../../../test/guide.js'

const folder = fileURLToPath(new URL('..', import.meta.url))
const [program, consumer] = codeOfGuide('tracing')

/** What a consumer does with the record that the program has sent; `propagation` is registered as there. */
const consume = (headers: string) => `
import { trace } from '@opentelemetry/api'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
propagation.setGlobalPropagator(new W3CTraceContextPropagator())
const buffers = Object.entries(${headers}).map(([name, text]) => [name, Buffer.from(text)])
console.log(trace.getSpanContext(contextOf({ headers: Object.fromEntries(buffers) })))
`

describe('the guide to tracing', () => {
  test('shows the program of the example, which is type-checked', () => {
    expect(program).toBe(readFileSync(`${folder}/src/main.ts`, 'utf8'))
  })

  test('shows a program whose trace goes on in its consumer', async () => {
    await using cluster = await createEmbeddedCluster()
    const [address] = cluster.bootstrapServers
    const printed = await runGuide(program!.replace('localhost:9092', address!), folder)
    expect(printed).toMatch(/name: 'send orders'[^]*'messaging\.kafka\.offset': 0/)
    const [send] = printed.split(/(?=name: 'POST \/orders')/)
    const [, traceId, id] = /traceId: '(\w+)'[^]*\n {2}id: '(\w+)'/.exec(send!)!
    const headers = cluster.records('orders').flatMap((record) => record.headers)
    expect(headers.map(([name, value]) => `${name} ${String(value)}`)).toEqual([
      `traceparent 00-${traceId}-${id}-01`,
    ])

    const text = JSON.stringify({ traceparent: String(headers[0]?.[1]) })
    const continued = await runGuide(consumer! + consume(text), folder)
    expect(continued).toContain(`traceId: '${traceId}'`)
    expect(continued).toContain(`spanId: '${id}'`)
  })
})
