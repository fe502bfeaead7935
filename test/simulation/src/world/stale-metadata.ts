import type { EmbeddedAnswer, EmbeddedCluster } from '@sluice/embedded-broker'
import type { Undo } from './world.js'

/** Each question is answered as the first of its kind was. */
export function staleMetadata(cluster: EmbeddedCluster): Undo {
  const answers = new Map<string, EmbeddedAnswer<'Metadata'> | null>()
  return cluster.intercept('Metadata', async (call) => {
    const question = JSON.stringify([call.version, call.request])
    const answer = answers.get(question) ?? (await call.serve())
    answers.set(question, answer)
    return answer
  })
}
