import type { RecordContent } from '@sluice/protocol'

/** What a serializer has given; undefined where none was asked. */
export type Made = RecordContent | Promise<RecordContent> | undefined

/** What serializers have given for one record, where at least one of them has given a promise. */
export class UnsettledContents {
  readonly #key: Made
  readonly #value: Made

  constructor(key: Made, value: Made) {
    this.#key = key
    this.#value = value
  }

  /** Resolves once key and value are there. Undefined stands for what was there before. */
  settled(): Promise<readonly [RecordContent | undefined, RecordContent | undefined]> {
    return Promise.all([promised(this.#key), promised(this.#value)])
  }
}

function promised(made: Made): Promise<RecordContent> | undefined {
  return made instanceof Promise ? made : undefined
}
