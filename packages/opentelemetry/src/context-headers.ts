import {
  type Context,
  propagation,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api'
import type { InterceptedRecord } from '@sluice/producer'

/** What injects. It is a propagator, or the API of OpenTelemetry, which asks the global propagator. */
type Injector = Pick<TextMapPropagator, 'inject' | 'fields'>

/** Puts the context of a span into the headers of a record. */
export class ContextHeaders {
  readonly #injector: Injector

  /** @param propagator - undefined for the global one, whichever it is when a record is sent */
  constructor(propagator: TextMapPropagator | undefined) {
    this.#injector = propagator ?? propagation
  }

  /**
   * Headers are a list, so those of an earlier context are taken out, in whatever letter case they are: they are there when
   * a consumed record is forwarded, or when a record is sent again.
   *
   * @returns the same record where nothing is injected, as without an SDK
   */
  injected(record: InterceptedRecord, context: Context): InterceptedRecord {
    const fields = new Map<string, string>()
    this.#injector.inject(context, fields, setter)
    if (fields.size === 0) return record
    return { ...record, headers: [...this.#kept(record.headers, fields), ...fields] }
  }

  #kept(
    headers: InterceptedRecord['headers'],
    fields: ReadonlyMap<string, string>,
  ): InterceptedRecord['headers'] {
    if (headers.length === 0) return headers
    const names = [...this.#injector.fields(), ...fields.keys()].map(lowerCase)
    return headers.filter(([name]) => !names.includes(lowerCase(name)))
  }
}

const setter: TextMapSetter<Map<string, string>> = {
  set: (fields, name, value) => void fields.set(name, value),
}

function lowerCase(name: string): string {
  return name.toLowerCase()
}
