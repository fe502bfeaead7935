import { Writable } from 'node:stream'
import { inMicrotask, type KafkaError, type ProducerRecord } from '@sluice/protocol'
import type { DeliveryCallback } from '../delivery/delivery-callback.js'
import { IgnoredRoom } from './ignored-room.js'
import type { RecordWritable, WrittenRecords } from './record-writable.js'

/** How Node's streams call back. */
type Callback = (error?: Error | null) => void

/** What the stream needs of its producer. */
export interface ProducerWritableDeps {
  /** As `Producer.enqueue`. */
  enqueue(record: ProducerRecord, onDelivery: DeliveryCallback<undefined>): boolean
  /** Resolves when there is room again. */
  drained(): Promise<void>
  /** Lets nothing linger that was taken before. */
  flush(): void
  /** Takes the error of a record that fails after the stream has ended otherwise. */
  onUnhandled(error: KafkaError): void
  /** So many bytes may wait in the stream while the producer has no room. */
  readonly bufferBytes: number
}

/**
 * The stream of a producer. It keeps no records of its own: each goes on to the producer at once. While that has no room, the
 * callback of the last record is held back, which makes Node keep the next one and tell its writer to wait.
 */
export class ProducerWritable extends Writable implements RecordWritable {
  readonly #deps: ProducerWritableDeps
  readonly #ignored: IgnoredRoom
  #acknowledged = 0
  #failed = 0
  #unsettled = 0
  #notSent = 0
  /** Of the first record that failed. */
  #failure: KafkaError | null = null
  /** Set while the producer has no room. */
  #goOn: Callback | null = null
  /** Set once the stream has ended. */
  #finish: Callback | null = null

  constructor(deps: ProducerWritableDeps) {
    // A writer that minds `false` never has more than one record beside the one whose callback is held back.
    super({ objectMode: true, highWaterMark: 2 })
    this.#deps = deps
    this.#ignored = new IgnoredRoom(deps.bufferBytes)
  }

  get records(): WrittenRecords {
    return {
      acknowledged: this.#acknowledged,
      failed: this.#failed,
      unsettled: this.#unsettled,
      notSent: this.#notSent,
    }
  }

  override write(
    record: ProducerRecord,
    encoding?: BufferEncoding | Callback,
    callback?: Callback,
  ): boolean {
    const isKept = this.#goOn !== null && this.writable
    const done = typeof encoding === 'function' ? encoding : callback
    const goOn = super.write(record, 'utf8', done)
    const refusal = isKept ? this.#ignored.add(record) : null
    if (refusal !== null) this.destroy(refusal)
    return goOn
  }

  override _write(record: ProducerRecord, _encoding: BufferEncoding, done: Callback): void {
    this.#ignored.remove(record)
    if (this.#failure !== null) {
      this.#notSent++
      return done(this.#failure)
    }
    const hasRoom = this.#take(record)
    // It is no record that could be sent.
    if (this.#failure !== null) done(this.#failure)
    else if (hasRoom) done()
    else this.#hold(done)
  }

  override _final(done: Callback): void {
    if (this.#unsettled === 0) return done()
    this.#finish = done
    this.#deps.flush()
  }

  override _destroy(error: Error | null, done: Callback): void {
    const goOn = this.#goOn
    this.#goOn = null
    this.#notSent += this.writableLength - (goOn === null ? 0 : 1)
    if (goOn !== null) inMicrotask(goOn)
    done(error ?? this.#failure)
  }

  #take(record: ProducerRecord): boolean {
    this.#unsettled++
    try {
      return this.#deps.enqueue(record, this.#onDelivery)
    } catch (error) {
      this.#unsettled--
      this.#failed++
      this.#failure = error as KafkaError
      return false
    }
  }

  #hold(done: Callback): void {
    this.#goOn = done
    void this.#deps.drained().then(() => {
      // Destroyed meanwhile, the stream has called it.
      if (this.#goOn !== done) return
      this.#goOn = null
      done()
    })
  }

  /**
   * One function for all records. It is called in the middle of the producer's work, so whatever leads to code of the program
   * waits for the end of the task.
   */
  readonly #onDelivery: DeliveryCallback<undefined> = (error) => {
    this.#unsettled--
    if (error === null) this.#acknowledged++
    else this.#recordFailed(error)
    if (this.#unsettled === 0 && this.#finish !== null)
      inMicrotask(() => this.#finish?.(this.#failure))
  }

  #recordFailed(error: KafkaError): void {
    this.#failed++
    if (this.destroyed || this.#failure !== null) return this.#deps.onUnhandled(error)
    this.#failure = error
    inMicrotask(() => this.destroy(error))
  }
}
