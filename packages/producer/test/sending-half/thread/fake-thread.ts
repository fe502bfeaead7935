import type { SealedBatch, ToFront } from '@sluice/accumulator'
import { manualClock } from '@sluice/protocol/testing'
import type { SendingHalf } from '../../../src/compose.js'
import type { MainFunctions } from '../../../src/sending-half/thread/caller/main-functions.js'
import type { Thread, ThreadEvents } from '../../../src/sending-half/thread/caller/thread-life.js'
import { ThreadSendingHalf } from '../../../src/sending-half/thread/caller/thread-sending-half.js'
import { Listened } from '../../../src/sending-half/thread/listened.js'
import { SentMarks } from '../../../src/sending-half/thread/sent-marks.js'
import type { FromThread, ToThread } from '../../../src/sending-half/thread/thread-messages.js'

/** A thread that does what the test says. */
export class FakeThread implements Thread {
  /** What was said to it, message by message. Each array was sent as it would be to a thread. */
  readonly heard: ToThread[] = []
  /** How many arrays came. */
  posts = 0
  terminated = false
  /** Resolves when a thread that is being ended is gone. */
  gone: Promise<void> = Promise.resolve()
  readonly marks: SentMarks
  readonly #events: ThreadEvents

  constructor(marks: SharedArrayBuffer, events: ThreadEvents) {
    this.marks = new SentMarks(marks)
    this.#events = events
  }

  post(messages: ToThread[], transfer: ArrayBuffer[]): void {
    this.posts++
    this.heard.push(...structuredClone(messages, { transfer }))
  }

  async terminate(): Promise<void> {
    this.terminated = true
    await this.gone
  }

  says(...messages: FromThread[]): void {
    this.#events.messages(structuredClone(messages))
  }

  dies(text = 'out of memory'): void {
    this.#events.died(new Error(text))
  }

  /** What came of one type. */
  of<Type extends ToThread['type']>(type: Type): Extract<ToThread, { type: Type }>[] {
    return this.heard.filter((one) => one.type === type) as Extract<ToThread, { type: Type }>[]
  }

  /** Ends the latest call of this name. */
  answers(name: string, failure: Extract<FromThread, { type: 'answer' }>['failure'] = null): void {
    const { id } = this.of('call').findLast((call) => call.name === name)!
    this.says({ type: 'answer', id, value: null, failure })
  }
}

const doubleAndFail: MainFunctions = new Map<string, (argument: unknown) => unknown>([
  ['double', (argument) => Number(argument) * 2],
  ['fail', () => Promise.reject(new TypeError('no token'))],
])

/** A sending half whose threads are fakes, and a front that writes down what it hears. */
export function threadStand(
  options: {
    readonly transactional?: boolean
    readonly functions?: MainFunctions
    readonly setImmediate?: (run: () => void) => unknown
  } = {},
) {
  const clock = manualClock()
  const { now, setTimeout, clearTimeout, random, logger } = clock
  const threads: FakeThread[] = []
  const told: ToFront[] = []
  const {
    transactional = false,
    functions = doubleAndFail,
    setImmediate: nextTurn = setImmediate,
  } = options
  let onTold: (message: ToFront) => void = () => {}
  const half: SendingHalf = new ThreadSendingHalf({
    start: (marks, events) => {
      const thread = new FakeThread(marks, events)
      threads.push(thread)
      return thread
    },
    observer: {},
    listened: new Listened({}),
    lost: () => {},
    functions,
    runtime: {
      now,
      wallClock: Date.now,
      setTimeout,
      clearTimeout,
      setImmediate: nextTurn,
      random,
      logger,
    },
    transactional,
    warnOfSecurity: () => {},
  })
  half.start((message) => {
    told.push(message)
    onTold(message)
  })
  return {
    half,
    clock,
    threads,
    told,
    /** The latest one. */
    thread: (): FakeThread => threads.at(-1)!,
    onTold: (listener: (message: ToFront) => void) => void (onTold = listener),
    /** The front seals a batch. */
    seal(id: number, partition = 0, count = 3): void {
      half.receive({ type: 'sealed', batch: sealedBatch(id, partition, count) })
    },
    /** Of the settled messages: the batch, its records, and the fate. */
    settled: () =>
      told.flatMap((message) =>
        message.type === 'settled'
          ? [[message.batch, message.first, message.count, message.failure?.persisted ?? 'yes']]
          : [],
      ),
    released: () => told.flatMap((message) => (message.type === 'released' ? [message.batch] : [])),
    /** What waits for the end of the task is done. */
    turn: async (): Promise<void> => {
      for (let at = 0; at < 10; at++) await Promise.resolve()
    },
  }
}

export function sealedBatch(id: number, partition = 0, count = 3): SealedBatch {
  const times = { baseTimestamp: 1, maxTimestamp: 1, since: 0, deadline: 120_000 }
  return { id, topic: 't', partition, buffer: new ArrayBuffer(64), bytes: 60, count, ...times }
}

/** The good end of records of a batch. */
export function written(batch: number, first = 0, count = 3): ToFront {
  const offset = { baseOffset: BigInt(batch), logAppendTime: -1 }
  return { type: 'settled', batch, first, count, failure: null, ...offset }
}
