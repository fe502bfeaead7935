import {
  addPartitionsToTxnApi,
  apiVersionsApi,
  endTxnApi,
  errorCodeOf,
  findCoordinatorApi,
  initProducerIdApi,
  metadataApi,
  produceApi,
} from '@sluice/protocol'
import {
  answerBody,
  type AnswerFrame,
  createFaultProxy,
  type FaultProxy,
  rewritten,
} from '@sluice/test-fault-proxy'
import { Tally } from './tally.js'

const apis = [
  addPartitionsToTxnApi,
  apiVersionsApi,
  endTxnApi,
  findCoordinatorApi,
  initProducerIdApi,
  metadataApi,
  produceApi,
]

/** Stands before the one broker and counts what clients ask of it. Brokers' addresses in answers lead clients back here. */
export class Tap implements AsyncDisposable {
  readonly #proxy: FaultProxy
  #tally = new Tally()

  private constructor(proxy: FaultProxy) {
    this.#proxy = proxy
    proxy.onAnswer = (answer) => {
      this.#tally.add(nameOf(answer), isRepeated(answer))
      return leadingTo(proxy.port, answer) ?? 'pass'
    }
  }

  /** @param to - the broker, as `host:port` */
  static async open(to: string): Promise<Tap> {
    return new Tap(await createFaultProxy({ to }))
  }

  get address(): string {
    return this.#proxy.address
  }

  /** What was answered since the last call. */
  take(): Tally {
    const tally = this.#tally
    this.#tally = new Tally()
    return tally
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#proxy.close()
  }
}

function nameOf({ apiKey, apiVersion }: AnswerFrame): string {
  const name = apis.find(({ key }) => key === apiKey)?.name ?? `API ${apiKey}`
  return `${name} v${apiVersion}`
}

/** Whether the client must ask again, since the transaction before is not complete yet. */
function isRepeated(answer: AnswerFrame): boolean {
  return errorsOf(answer).some((error) => errorCodeOf(error) === 'CONCURRENT_TRANSACTIONS')
}

function errorsOf(answer: AnswerFrame): number[] {
  switch (answer.apiKey) {
    case produceApi.key:
      return answerBody(produceApi, answer).responses.flatMap(({ partitionResponses }) =>
        partitionResponses.map(({ errorCode }) => errorCode),
      )
    case addPartitionsToTxnApi.key:
      return answerBody(addPartitionsToTxnApi, answer).resultsByTopic.flatMap(
        ({ resultsByPartition }) =>
          resultsByPartition.map(({ partitionErrorCode }) => partitionErrorCode),
      )
    case endTxnApi.key:
      return [answerBody(endTxnApi, answer).errorCode]
    case initProducerIdApi.key:
      return [answerBody(initProducerIdApi, answer).errorCode]
    default:
      return []
  }
}

/** The answer with this port for the broker's, where the answer tells that. */
function leadingTo(port: number, answer: AnswerFrame): Uint8Array | undefined {
  if (answer.apiKey === metadataApi.key) {
    const body = answerBody(metadataApi, answer)
    const brokers = body.brokers.map((broker) => ({ ...broker, port }))
    return rewritten(metadataApi, answer, { ...body, brokers })
  }
  if (answer.apiKey === findCoordinatorApi.key) {
    const body = answerBody(findCoordinatorApi, answer)
    const coordinators = body.coordinators.map((each) => ({ ...each, port }))
    return rewritten(findCoordinatorApi, answer, { ...body, coordinators })
  }
  return undefined
}
