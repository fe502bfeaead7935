import type { MessagePort } from 'node:worker_threads'
import type { ToFront, ToQueue } from '@sluice/accumulator'
import { describeError, KafkaError } from '@sluice/protocol'
import type { OffsetsOfGroup } from '@sluice/sender'
import { SendingMeasures } from '../../../metrics/measures/sending-measures.js'
import { observerMethods, observerWhile, type ProducerObserver } from '../../../observer.js'
import { nodeSurroundings, type ProducerRuntime } from '../../../runtime.js'
import type { SendingHalf } from '../../sending-half.js'
import type { TelemetryPush } from '../../telemetry-channel.js'
import { answer, Calls } from '../calls.js'
import { CrossingErrors } from '../crossing-errors.js'
import { Outbox } from '../outbox.js'
import { SentMarks } from '../sent-marks.js'
import type { ThreadData } from '../thread-data.js'
import type {
  CallMessage,
  FromThread,
  LineMessage,
  ThreadCall,
  ToThread,
} from '../thread-messages.js'
import { AbortedTransaction } from './aborted-transaction.js'
import { stagesOf } from './thread-stages.js'

/** Joins queue, sender and network on this thread, and speaks for them through the port. */
export function runThread(port: MessagePort, data: ThreadData): void {
  new SenderThread(port, data).run()
}

class SenderThread {
  readonly #port: MessagePort
  readonly #data: ThreadData
  readonly #runtime: ProducerRuntime
  readonly #outbox: Outbox<FromThread>
  readonly #calls: Calls
  readonly #errors = new CrossingErrors()
  readonly #connects = new Map<number, AbortController>()
  readonly #aborted = new AbortedTransaction((message) => this.#toFront(message))
  /** The methods of the observer on the caller's thread. */
  #observed: ReadonlySet<keyof ProducerObserver>
  /** What came before the stages were there. */
  #early: ToThread[] = []
  #half: SendingHalf | null = null

  constructor(port: MessagePort, data: ThreadData) {
    this.#port = port
    this.#data = data
    this.#outbox = new Outbox<FromThread>({
      ready: () => true,
      post: (messages, transfer) => port.postMessage(messages, transfer),
      later: (run) => void this.#runtime.setImmediate(run),
    })
    this.#observed = new Set(data.observed)
    this.#runtime = threadRuntime(data, {
      isObserved: (method) => this.#observed.has(method),
      post: (message) => this.#outbox.add(message),
    })
    this.#calls = new Calls((message) => {
      if (message.type === 'call') this.#outbox.add(message)
    })
  }

  run(): void {
    this.#port.on('message', (messages: ToThread[]) => {
      for (const message of messages) this.#receive(message)
    })
    const line = (text: string): void => this.#outbox.add({ type: 'line', level: 'security', text })
    stagesOf(this.#data.options, {
      runtime: this.#runtime,
      marks: new SentMarks(this.#data.marks),
      ask: (name, argument) => this.#calls.call(name, argument),
      warnOfSecurity: line,
    }).then(
      (half) => this.#begin(half),
      (error: unknown) => this.#unusable(error),
    )
  }

  #begin(half: SendingHalf): void {
    half.start((message) => this.#toFront(message))
    this.#half = half
    const early = this.#early
    this.#early = []
    for (const message of early) this.#receive(message)
  }

  #unusable(error: unknown): void {
    const { message } = error as Error
    const described = error instanceof KafkaError ? error : new KafkaError('ILLEGAL_STATE', message)
    this.#outbox.add({ type: 'unusable', failure: this.#errors.of(describeError(described)) })
  }

  #receive(message: ToThread): void {
    if (message.type === 'answer') this.#calls.answered(message)
    else if (message.type === 'listen') this.#observed = new Set(message.observed)
    else if (this.#half === null) this.#early.push(message)
    else if (message.type === 'call') this.#called(message, this.#half)
    else if (message.type === 'cancel') this.#connects.get(message.id)?.abort()
    else this.#toQueue(message, this.#half)
  }

  #toQueue(message: ToQueue, half: SendingHalf): void {
    if (message.type !== 'sealed' || !this.#aborted.takes(message.batch)) half.receive(message)
  }

  #called(message: CallMessage, half: SendingHalf): void {
    const work = (): Promise<unknown> => this.#work(message, half)
    void answer(message, work, (answered) => this.#outbox.add(answered))
  }

  #work({ id, name, argument }: CallMessage, half: SendingHalf): Promise<unknown> {
    switch (name as ThreadCall) {
      case 'connect':
        return this.#connect(id, half)
      case 'close':
        return half.close()
      case 'initialize':
        return half.transactions!.initialize()
      case 'begin':
        this.#aborted.begin()
        return half.transactions!.begin()
      case 'sendOffsets':
        return half.transactions!.sendOffsets(argument as OffsetsOfGroup)
      case 'end':
        return this.#end(argument as boolean, half)
      case 'telemetryAvailable':
        return half.telemetry!.available()
      case 'subscribeTelemetry':
        return half.telemetry!.subscribe(argument as string)
      default:
        return half.telemetry!.push(argument as TelemetryPush)
    }
  }

  async #end(commit: boolean, half: SendingHalf): Promise<void> {
    await half.transactions!.end(commit)
    if (!commit) this.#aborted.aborted()
  }

  async #connect(id: number, half: SendingHalf): Promise<void> {
    const controller = new AbortController()
    this.#connects.set(id, controller)
    try {
      await half.connect({ signal: controller.signal })
    } finally {
      this.#connects.delete(id)
    }
  }

  #toFront(message: ToFront): void {
    if (message.type === 'released') return this.#release(message)
    if ((message.type === 'settled' || message.type === 'metadata') && message.failure !== null)
      return this.#outbox.add({ ...message, failure: this.#errors.of(message.failure) })
    this.#outbox.add(message)
  }

  /** Of memory that a codec has transferred nothing is left, and it cannot be sent. */
  #release(message: Extract<ToFront, { type: 'released' }>): void {
    const { buffer } = message
    if (buffer.byteLength > 0) this.#outbox.add(message, buffer)
    else this.#outbox.add({ ...message, buffer: new ArrayBuffer(0) })
  }
}

/** Where lines and events of this thread go. */
interface ThreadRuntimeDeps {
  isObserved(method: keyof ProducerObserver): boolean
  post(message: FromThread): void
}

/** Node's clocks and timers on this thread. Lines and events go to the caller's thread. */
function threadRuntime(
  { hasLogger, measures }: ThreadData,
  { isObserved, post }: ThreadRuntimeDeps,
): ProducerRuntime {
  const line =
    (level: LineMessage['level'], isRead = true) =>
    (text: string): void => {
      if (isRead) post({ type: 'line', level, text })
    }
  const logger = {
    debug: line('debug', hasLogger),
    info: line('info', hasLogger),
    warn: line('warn', hasLogger),
    error: line('error'),
  }
  const posting = Object.fromEntries(
    observerMethods.map((method) => [
      method,
      (event: unknown) => post({ type: 'event', method, event }),
    ]),
  )
  const observer = observerWhile(isObserved, new SendingMeasures(measures), posting)
  return { ...nodeSurroundings(logger), observer }
}
