import { produceApi } from '@sluice/protocol'
import type { Stage } from '../stage.js'

/**
 * Resets the connection in place of this share of the answers to Produce.
 * @returns ends it
 */
export function resetSomeAcknowledgements(
  { proxies, random }: Pick<Stage, 'proxies' | 'random'>,
  share: number,
): () => void {
  for (const proxy of proxies) {
    proxy.onAnswer = ({ apiKey }) =>
      apiKey === produceApi.key && random() < share ? 'reset' : 'pass'
  }
  return () => {
    for (const proxy of proxies) proxy.onAnswer = () => 'pass'
  }
}
