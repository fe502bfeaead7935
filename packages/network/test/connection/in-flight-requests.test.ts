import { expect, test } from 'vitest'
import type { InFlightRequest } from '../../src/connection/in-flight-request.js'
import { InFlightRequests } from '../../src/connection/in-flight-requests.js'

const lastId = 2 ** 31 - 1

/** Sends one request. */
function send(requests: InFlightRequests, expectsAnswer = true): InFlightRequest {
  const { nextId: correlationId } = requests
  const request = { expectsAnswer, internal: false, correlationId } as InFlightRequest
  requests.queue(request)
  requests.takeQueued()
  requests.sent(request, 0)
  return request
}

test('F43: behind 2147483647 requests are numbered from 0 again, and their answers are known', () => {
  const requests = new InFlightRequests(lastId - 1)
  const sent = Array.from({ length: 5 }, () => send(requests))
  expect(sent.map(({ correlationId }) => correlationId)).toEqual([lastId - 1, lastId, 0, 1, 2])
  for (const request of sent) {
    expect(requests.match(request.correlationId)).toBe(request)
    requests.answered(request.correlationId)
  }
  expect([requests.count, requests.quiet]).toEqual([0, true])
})

test('F43: an answer out of its turn is refused on both sides of the end', () => {
  const requests = new InFlightRequests(lastId)
  const [last, first] = [send(requests), send(requests)]
  expect([lastId - 1, 0, 1, -1, -2].map((id) => requests.match(id))).toEqual(
    Array.from({ length: 5 }, () => undefined),
  )
  expect(requests.match(lastId)).toBe(last)
  requests.answered(lastId)
  expect([lastId, 1].map((id) => requests.match(id))).toEqual([undefined, undefined])
  expect(requests.match(0)).toBe(first)
})

test('F43: an answer to a request that expects none is passed over there, too', () => {
  const requests = new InFlightRequests(lastId)
  for (const silent of [send(requests, false), send(requests, false)]) requests.flushed(silent)
  const asked = send(requests)
  expect(requests.match(lastId)).toBeNull()
  requests.answered(lastId)
  expect(requests.match(0)).toBeNull()
  expect(requests.match(1)).toBe(asked)
})
