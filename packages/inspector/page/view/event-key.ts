import type { PipelineEvent } from '../../src/model/snapshot.js'

/** The numbers begin anew with each stream, so they alone do not tell events apart. */
export function eventKey({ at, id }: PipelineEvent): string {
  return `${at}-${id}`
}
