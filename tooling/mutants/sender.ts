import type { Mutant } from './mutant.js'
import { answerMutants } from './sender/answers.js'
import { endingMutants } from './sender/endings.js'
import { numberMutants } from './sender/numbers.js'
import { recreationMutants } from './sender/recreations.js'

export const senderMutants: readonly Mutant[] = [
  ...numberMutants,
  ...answerMutants,
  ...endingMutants,
  ...recreationMutants,
]
