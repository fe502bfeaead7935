import type { PeerClient } from './client.js'
import { here, kafkajsClient, platformaticClient, sluiceClients } from './clients-in-javascript.js'

/**
 * All that can take part.
 *
 * @param other - the folder of another checkout, whose Sluice takes part, too; null for none
 */
export function allClients(other: string | null): PeerClient[] {
  return [
    ...sluiceClients('sluice', here),
    ...(other === null ? [] : sluiceClients('other', other)),
    kafkajsClient,
    platformaticClient,
  ]
}
