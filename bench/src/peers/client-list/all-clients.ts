import type { PeerClient } from './client.js'
import { franzGo } from './franz-go.js'
import { java } from './java.js'
import { kafkajs, platformatic, raw } from './javascript.js'
import { librdkafka } from './librdkafka.js'
import { nodeRdkafka } from './node-rdkafka.js'
import { here } from './script.js'
import { sluiceClients } from './sluice.js'

/**
 * All that can take part.
 *
 * @param other - the folder of another checkout, whose Sluice takes part, too; null for none
 */
export function allClients(other: string | null): PeerClient[] {
  return [
    ...sluiceClients('sluice', here),
    ...(other === null ? [] : sluiceClients('other', other)),
    franzGo,
    librdkafka,
    java,
    platformatic,
    nodeRdkafka,
    kafkajs,
    raw,
  ]
}
