import type { EmbeddedAnswer, InterceptedCall } from '@sluice/embedded-broker'
import { errorNumberOf } from '@sluice/protocol'
import type { RefusableApi } from '../scenario/fault.js'
import type { RequestVerdict } from '../scenario/verdict.js'
import { refusals } from './refusals.js'
import type { Carry, Stage, Undo } from './world.js'

type Answer<Name extends RefusableApi> = EmbeddedAnswer<Name> | undefined

/** Verdicts on the next requests of a kind, one after the other. */
export const faultsOfRequestVerdicts: Carry = (fault, stage) =>
  fault.kind === 'requestVerdicts' ? intercepted(fault.api, fault.verdicts, stage) : undefined

function intercepted<Name extends RefusableApi>(
  api: Name,
  verdicts: readonly RequestVerdict[],
  stage: Stage,
): Undo {
  const rest = [...verdicts]
  return stage.cluster.intercept<Name>(
    api,
    (call) => carryOut(rest.shift() ?? { do: 'serve' }, call, stage),
    { times: rest.length },
  )
}

async function carryOut<Name extends RefusableApi>(
  verdict: RequestVerdict,
  call: InterceptedCall<Name>,
  stage: Stage,
): Promise<Answer<Name>> {
  switch (verdict.do) {
    case 'serve':
      return undefined
    case 'delay':
      await call.delay(verdict.ms)
      return undefined
    case 'refuse':
      return refusals[call.api](call.request, errorNumberOf(verdict.code))
    case 'giveNothing':
      return refusals[call.api](call.request, 0)
    case 'lose':
      if (verdict.served) await call.serve()
      return call.close()
    case 'serveLate':
      stage.time.inWorld(verdict.ms, () => void call.serve())
      return call.close()
  }
}
