import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

interface Posted {
  readonly schema: string
  readonly schemaType?: string
}

/** A schema registry in memory that speaks the part of Confluent's HTTP API which producers need. */
export class RegistryStub implements AsyncDisposable {
  readonly #server: Server
  readonly #schemas: Posted[] = []
  /** By subject: the ids of its versions. */
  readonly subjects = new Map<string, number[]>()
  /** Method and path of each request. */
  readonly requests: string[] = []
  /** While true each request is answered with 503. */
  down = false

  private constructor(server: Server) {
    this.#server = server
  }

  static async start(): Promise<RegistryStub> {
    const server = createServer()
    const stub = new RegistryStub(server)
    server.on('request', (request, response) => void stub.#answer(request, response))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return stub
  }

  get host(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** How many schemas were posted. */
  get registrations(): number {
    return this.requests.filter((line) => line.startsWith('POST ')).length
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '' } = request
    this.requests.push(`${method} ${url}`)
    const [status, body] = this.down
      ? [503, { error_code: 50_301, message: 'the registry is away' }]
      : await this.#of(`${method}`, url.split('/').slice(1).map(decodeURIComponent), request)
    response.writeHead(status, { 'content-type': 'application/vnd.schemaregistry.v1+json' })
    response.end(JSON.stringify(body))
  }

  async #of(
    method: string,
    [kind, name = '', third = '']: string[],
    request: IncomingMessage,
  ): Promise<[number, object]> {
    if (method === 'POST' && kind === 'subjects')
      return [200, { id: this.#register(name, (await json(request)) as Posted) }]
    if (method === 'PUT' && kind === 'config') return [200, { compatibility: 'BACKWARD' }]
    const schema = kind === 'schemas' ? this.#schemas[Number(third) - 1] : undefined
    if (schema !== undefined) return [200, schema]
    return [404, { error_code: 40_401, message: 'not found' }]
  }

  /** The same schema has one id, whatever its subject. */
  #register(subject: string, posted: Posted): number {
    const known = this.#schemas.findIndex(({ schema }) => schema === posted.schema)
    const id = known < 0 ? this.#schemas.push(posted) : known + 1
    const versions = this.subjects.get(subject) ?? []
    if (!versions.includes(id)) versions.push(id)
    this.subjects.set(subject, versions)
    return id
  }
}
