import type { Answer, FailedAnswer, NetworkClient, OutgoingRequest } from '@sluice/network'
import {
  errorCodeOf,
  type ErrorCode,
  findCoordinatorApi,
  isRetriable,
  KafkaError,
  type ResponseOf,
} from '@sluice/protocol'
import type { ResolvedSenderOptions } from '../options.js'
import { retryBackoff } from '../retry-backoff.js'
import type { SenderRuntime } from '../runtime.js'
import { isOfCredentials, remedyFor } from './errors.js'
import { Waits } from './waits.js'

/** Who has a coordinator: a transactional id, or a consumer group. */
export interface CoordinatorKey {
  readonly type: 'group' | 'transaction'
  readonly name: string
}

/** A request that only a coordinator can answer. */
export interface Question<Request, Response> {
  readonly of: CoordinatorKey
  readonly request: OutgoingRequest<Request, Response>
  /** What the response says; null for success. A code that is retriable has the request repeated. */
  codeOf(response: Response): ErrorCode | null
  /** Asked before the request is repeated. When it is false, the last error is the answer. */
  isStillWanted(): boolean
  /** Whether it is repeated after errors, too, that are final for others: its outcome must become known. */
  readonly untilKnown?: boolean
  /** Whether the asker has to look again before the request may be repeated: it waits for no coordinator, and goes out once. */
  readonly isSentOnce?: boolean
}

type ToFind = Pick<Question<never, never>, 'of' | 'isStillWanted' | 'untilKnown'>

/** How the last attempt of a question ended. */
export interface CoordinatorAnswer<Response> {
  /** Null for success. */
  readonly code: ErrorCode | null
  /** Null where no answer came. */
  readonly response: Response | null
  /** Why no answer came. */
  readonly error: KafkaError | null
  /** Whether the coordinator may have acted on an attempt before the last one, or may do so yet. */
  readonly isUnsure: boolean
}

const moved: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'NOT_COORDINATOR',
  'COORDINATOR_NOT_AVAILABLE',
  // It waited for its replicas in vain: they may have another leader.
  'REQUEST_TIMED_OUT',
])

/** With these answers the coordinator says that it has done nothing. After every other error it may have, or will yet. */
const untouched: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'CONCURRENT_TRANSACTIONS',
  'COORDINATOR_LOAD_IN_PROGRESS',
])

/**
 * Finds coordinators and asks them. A coordinator that moves, loads or is away is ridden out: the same request is repeated until
 * it is answered, or until it is not wanted any more.
 */
export class Coordinators {
  readonly #network: NetworkClient
  readonly #options: ResolvedSenderOptions
  readonly #runtime: SenderRuntime
  readonly #wake: () => void
  readonly #waits: Waits
  readonly #nodes = new Map<string, number>()
  #closed: KafkaError | null = null

  /** `wake`: a request is to be written, or an answer to be acted upon. */
  constructor(
    network: NetworkClient,
    options: ResolvedSenderOptions,
    runtime: SenderRuntime,
    wake: () => void,
  ) {
    this.#network = network
    this.#options = options
    this.#runtime = runtime
    this.#wake = wake
    this.#waits = new Waits(runtime)
  }

  /** A node may be ready by now. */
  look(): void {
    this.#waits.changed()
  }

  /** Every question ends with this error. */
  close(error: KafkaError): void {
    this.#closed = error
    this.#waits.stop()
  }

  /** @throws KafkaError PRODUCER_CLOSED */
  async ask<Request, Response>(
    question: Question<Request, Response>,
  ): Promise<CoordinatorAnswer<Response>> {
    let isUnsure = false
    for (let attempt = 0; ; attempt++) {
      const answer = await this.#attempt(question)
      const { error, response } = answer
      const code = error?.code ?? question.codeOf(response!)
      if (code === null || !isRepeated(question, code, error === null))
        return { code, response, error, isUnsure }
      isUnsure ||= error === null ? !untouched.has(code) : answer.written
      if (error !== null || moved.has(code)) this.#nodes.delete(nameOf(question.of))
      await this.#pause(code, attempt)
      if (isOver(question)) return { code, response, error, isUnsure }
    }
  }

  /** One attempt, which waits for a coordinator that can be sent to. */
  async #attempt<Request, Response>(
    question: Question<Request, Response>,
  ): Promise<Answer<Response>> {
    const { of, request } = question
    const { now } = this.#runtime
    for (let since = now(); ;) {
      const node = this.#nodes.get(nameOf(of)) ?? (await this.#find(question))
      if (typeof node !== 'number') return notAsked(node)
      if (this.#closed !== null) throw this.#closed
      // Nothing is awaited in between: the node is still ready when the request is handed over.
      if (this.#network.ready(node)) return await this.#send(node, request)
      const refusal = this.#network.authenticationFailure?.(node) ?? null
      if (refusal !== null && !isRepeated(question, refusal.code, false)) return notAsked(refusal)
      if (isOver(question)) return notAsked(unreachable(node))
      await this.#change()
      // It may be gone for good, and another broker have its place.
      if (now() - since < this.#options.retryBackoffMaxMs) continue
      this.#nodes.delete(nameOf(of))
      since = now()
    }
  }

  /** @returns the id of the broker, or why there will be none */
  async #find(question: ToFind): Promise<number | KafkaError> {
    const { of: key, isStillWanted } = question
    for (let attempt = 0; ; attempt++) {
      const answer = await this.#askAnyone(question)
      const found = answer.error === null ? coordinatorOf(answer.response!) : null
      const code = answer.error?.code ?? errorCodeOf(found!.errorCode)
      if (code === null) {
        this.#nodes.set(nameOf(key), found!.nodeId)
        return found!.nodeId
      }
      if (!isRetriable(code) || !isStillWanted())
        return notFound(key, code, answer.error, found?.errorMessage)
      await this.#pause(code, attempt)
    }
  }

  async #askAnyone(question: ToFind): Promise<Answer<FindCoordinatorResponse>> {
    const { type, name } = question.of
    const request = {
      api: findCoordinatorApi,
      expectsAnswer: true,
      build: () => ({ key: name, keyType: type === 'group' ? 0 : 1, coordinatorKeys: [name] }),
    }
    for (;;) {
      if (this.#closed !== null) throw this.#closed
      const node = this.#network.leastLoadedNode()
      if (node !== null) return await this.#send(node, request)
      // Where it is over the credentials, no broker will take the client.
      const refusal = this.#network.metadata.lastError
      const isRefused = refusal !== null && isOfCredentials(refusal.code)
      if (isRefused && !isRepeated(question, refusal.code, false)) return notAsked(refusal)
      if (!question.isStillWanted()) return notAsked(unreachable(null))
      await this.#change()
    }
  }

  #send<Request, Response>(
    node: number,
    request: OutgoingRequest<Request, Response>,
  ): Promise<Answer<Response>> {
    return new Promise((resolve) => {
      this.#network.send(node, request, (answer) => {
        resolve(answer)
        this.#wake()
      })
      this.#wake()
    })
  }

  /** A node may be ready then, or the question not be wanted any more. */
  async #change(): Promise<void> {
    await this.#waits.change(this.#options.retryBackoffMaxMs)
  }

  async #pause(code: ErrorCode, attempt: number): Promise<void> {
    await this.#waits.pause(retryBackoff(code, attempt, this.#options, this.#runtime))
  }
}

/** Whether the question is not asked again. */
function isOver({
  isStillWanted,
  isSentOnce = false,
}: Pick<Question<never, never>, 'isStillWanted' | 'isSentOnce'>): boolean {
  return isSentOnce || !isStillWanted()
}

/** `isAnswered`: the coordinator itself has said so. What stands in the way to it may pass, unless it is the cluster's last word. */
function isRepeated(
  {
    isStillWanted,
    untilKnown = false,
  }: Pick<Question<never, never>, 'isStillWanted' | 'untilKnown'>,
  code: ErrorCode,
  isAnswered: boolean,
): boolean {
  const tellsNothing = isAnswered ? code === 'UNKNOWN_SERVER_ERROR' : remedyFor(code) !== 'give up'
  return (isRetriable(code) || (untilKnown && tellsNothing)) && isStillWanted()
}

/** The answer to a request that was not sent. */
function notAsked(error: KafkaError): FailedAnswer {
  return { error, response: null, written: false }
}

function unreachable(node: number | null): KafkaError {
  const who = node === null ? 'no broker' : `broker ${node}`
  return new KafkaError('COORDINATOR_NOT_AVAILABLE', `${who} could be asked in time`)
}

type FindCoordinatorResponse = ResponseOf<typeof findCoordinatorApi>
type Found = Pick<FindCoordinatorResponse, 'nodeId' | 'errorCode' | 'errorMessage'>

/** From version 4 on there is an answer for each key that was asked for. */
function coordinatorOf(response: FindCoordinatorResponse): Found {
  return response.coordinators[0] ?? response
}

function nameOf({ type, name }: CoordinatorKey): string {
  return `${type} ${name}`
}

function notFound(
  { type, name }: CoordinatorKey,
  code: ErrorCode,
  cause: KafkaError | null,
  message: string | null = null,
): KafkaError {
  const whose = type === 'group' ? `group ${name}` : `transactionalId ${name}`
  const reason = message ?? cause?.message ?? null
  const why = reason === null ? '' : `: ${reason}`
  return new KafkaError(code, `no coordinator was found for ${whose} (FindCoordinator)${why}`, {
    cause: cause ?? undefined,
  })
}
