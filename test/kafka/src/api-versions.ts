import { request, type Address } from './request.js'

const apiVersionsApi = 18

/** The newest version of an API that a broker has. @throws where it does not have the API */
export async function newestVersionOf(broker: Address, apiKey: number): Promise<number> {
  const answer = await request(broker, apiVersionsApi, 0, Buffer.alloc(0))
  answer.int16() // error code
  const apis = answer.array(() => {
    const key = answer.int16()
    answer.int16() // the oldest version
    return { key, newest: answer.int16() }
  })
  const api = apis.find(({ key }) => key === apiKey)
  if (api === undefined) throw new Error(`The broker does not have the API ${apiKey}.`)
  return api.newest
}
