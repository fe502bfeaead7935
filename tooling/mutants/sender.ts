import type { Mutant } from './mutant.js'
import { answerMutants } from './sender/answers.js'
import { decisionMutants } from './sender/decisions.js'
import { endingMutants } from './sender/endings.js'
import { gateMutants } from './sender/gate.js'
import { metadataMutants } from './sender/metadata.js'
import { producerIdMutants } from './sender/producer-ids.js'
import { recreatedTopicMutants } from './sender/recreated-topics.js'
import { requestMutants } from './sender/requests.js'
import { sequenceMutants } from './sender/sequences.js'
import { windowMutants } from './sender/window.js'

export const senderMutants: readonly Mutant[] = [
  ...gateMutants,
  ...sequenceMutants,
  ...producerIdMutants,
  ...windowMutants,
  ...decisionMutants,
  ...answerMutants,
  ...endingMutants,
  ...requestMutants,
  ...recreatedTopicMutants,
  ...metadataMutants,
]
