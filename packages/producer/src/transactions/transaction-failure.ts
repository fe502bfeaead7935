import { detailOf, type ErrorCode, KafkaError, printableThrown } from '@sluice/protocol'

/** After these the producer can do nothing more, so `abort` would not help. Of others the sending half knows, when it is asked. */
const last: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['PRODUCER_FENCED', 'PRODUCER_CLOSED'])

/** The first failure of a transaction, and the failure that ends the producer. */
export class TransactionFailure {
  #first: unknown
  #what: string | null = null
  #last: KafkaError | null = null
  #shared: KafkaError | null = null
  /** Whether the transaction may be committed although its commit has failed. */
  #mayBeCommitted = false

  get isThere(): boolean {
    return this.#what !== null
  }

  /** After which the producer can do nothing more; null while nothing like it has failed. */
  get last(): KafkaError | null {
    return this.#last
  }

  /** What has failed first; undefined while nothing has. */
  get first(): unknown {
    return this.#first
  }

  /** @param what - has failed; left out for a record */
  add(error: unknown, what?: string): void {
    if (error instanceof KafkaError && last.has(error.code)) this.#isLast(error)
    if (this.#what !== null) return
    this.#what = what ?? recordOf(error)
    this.#first = error
  }

  /** The commit has failed, and left an abort to do. */
  addCommit(error: KafkaError): void {
    this.#mayBeCommitted = error.persisted === 'possibly'
    this.add(error, 'commit()')
  }

  /** The error of a commit that comes after the failure; null while nothing has failed. */
  ofCommit(): KafkaError | null {
    if (!this.#mayBeCommitted) return this.get()
    const { message } = this.#first as KafkaError
    const detail = `commit() failed, and it may be committed all the same; only abort() works, after which the producer goes on: ${message}`
    return new KafkaError('TRANSACTION_ABORTABLE', detail, {
      cause: this.#first,
      persisted: 'possibly',
    })
  }

  /** As `get`, the same error for all: a loop of a million refused records must not cost a million stack traces. */
  shared(): KafkaError | null {
    return (this.#shared ??= this.get())
  }

  /** The error of a call that comes after the failure; null while nothing has failed. */
  get(): KafkaError | null {
    if (this.#last !== null) return again(this.#last)
    if (this.#what === null) return null
    const first = this.#first
    const message = first instanceof KafkaError ? first.message : printableThrown(first)
    const detail = `${this.#what} failed first, so the transaction cannot commit and only abort() works: ${message}`
    return new KafkaError('TRANSACTION_ABORTABLE', detail, { cause: first, persisted: 'no' })
  }

  #isLast(error: KafkaError): void {
    if (this.#last !== null) return
    this.#last = error
    this.#shared = null
  }
}

/** An error of the producer as that of another call, which has sent nothing. */
export function again(error: KafkaError): KafkaError {
  return new KafkaError(error.code, detailOf(error), { cause: error, persisted: 'no' })
}

function recordOf(error: unknown): string {
  const { topic, partition } = error instanceof KafkaError ? error : {}
  if (topic === undefined) return 'a record'
  const of = partition === undefined ? '' : `partition ${partition} of `
  return `a record for ${of}topic ${topic}`
}
