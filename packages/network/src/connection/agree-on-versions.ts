import { apiVersionsApi } from '@sluice/protocol'
import { askNow } from './ask-now.js'
import type { Channel } from './channel.js'
import { softwareName, softwareVersion } from './software.js'
import { OpeningVersion } from './version-agreement.js'

/**
 * Asks the broker which versions it speaks, until it understands the question.
 * @throws KafkaError when it never does
 */
export async function agreeOnVersions(channel: Channel): Promise<void> {
  const body = { clientSoftwareName: softwareName, clientSoftwareVersion: softwareVersion }
  let opening = new OpeningVersion()
  for (;;) {
    channel.versions = opening
    const next = opening.next(await askNow(channel, apiVersionsApi, body))
    channel.versions = next
    if (!(next instanceof OpeningVersion)) return
    opening = next
  }
}
