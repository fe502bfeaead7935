import type { Delivery, LateContent, Placer, RecordToAppend } from '@sluice/accumulator'
import { type FlatHeaders, type HeaderValue, isBytes, KafkaError } from '@sluice/protocol'

/** A record behind one whose serializer has not answered, or that record itself. */
interface InLine extends RecordToAppend {
  readonly ticket: number
  readonly delivery: Delivery
  readonly a: unknown
  readonly b: unknown
  readonly placer: Placer
  readonly whole: boolean
}

/** The records of one topic that wait for a serializer. There is nothing else that a record of the mock waits for. */
export class MockLine {
  readonly #onChange: () => void
  #records: readonly InLine[] = []
  #lastTicket = 0
  #placing = false

  constructor(onChange: () => void) {
    this.#onChange = onChange
  }

  get size(): number {
    return this.#records.length
  }

  join(
    record: RecordToAppend,
    whole: boolean,
    delivery: Delivery,
    a: unknown,
    b: unknown,
    placer: Placer,
  ): number {
    const ticket = ++this.#lastTicket
    const { partition, timestamp } = record
    const copy = { partition, timestamp, ...copyOf(record) }
    this.#change([...this.#records, { ...copy, ticket, delivery, a, b, placer, whole }])
    return ticket
  }

  complete(ticket: number, key: LateContent, value: LateContent): void {
    this.#change(
      this.#records.map((record) =>
        record.ticket === ticket
          ? {
              ...record,
              key: key === undefined ? record.key : key,
              value: value === undefined ? record.value : value,
              whole: true,
            }
          : record,
      ),
    )
    this.#advance()
  }

  /** @returns whether the record was there */
  leave(ticket: number): boolean {
    const left = this.#records.filter((record) => record.ticket !== ticket)
    const wasThere = left.length < this.#records.length
    this.#change(left)
    this.#advance()
    return wasThere
  }

  failAll(error: KafkaError): void {
    const all = this.#records
    this.#change([])
    for (const { delivery, a, b } of all) delivery.settle({ error, metadata }, 0, a, b)
  }

  /** Places the records that need not wait any more. Code of the program that runs meanwhile may complete others. */
  #advance(): void {
    if (this.#placing) return
    this.#placing = true
    for (let [head] = this.#records; head?.whole === true; [head] = this.#records) {
      this.#change(this.#records.slice(1))
      head.placer.place(head)
    }
    this.#placing = false
  }

  #change(records: readonly InLine[]): void {
    this.#records = records
    this.#onChange()
  }
}

function copyOf({ key, value, headers }: RecordToAppend): {
  key: HeaderValue
  value: HeaderValue
  headers: FlatHeaders | null
} {
  return { key: own(key), value: own(value), headers: headers?.map(own) ?? null }
}

function own(content: HeaderValue): HeaderValue {
  return isBytes(content) ? new Uint8Array(content) : content
}

function metadata(): never {
  throw new KafkaError('ILLEGAL_STATE', 'a refused record has no metadata')
}
