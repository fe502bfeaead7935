import type { Api } from '@sluice/protocol'
import type { Channel } from './channel.js'
import { RequestExchange } from './in-flight-request.js'

/**
 * A request of the connection's own, ahead of whatever waits in the channel.
 * @throws KafkaError when the connection ends before the answer, or client and broker have no version in common
 */
export function askNow<Request, Response>(
  channel: Channel,
  api: Api<unknown, Response, Request, never>,
  body: Request,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = { api, build: () => body, expectsAnswer: true }
    const exchange = new RequestExchange<Request, Response>(
      request,
      (answer) => (answer.response === null ? reject(answer.error) : resolve(answer.response)),
      true,
    )
    channel.sendNow(exchange)
  })
}
