import type { EmbeddedAnswer, InterceptedCall } from '@sluice/embedded-broker'
import { errorNumberOf } from '@sluice/protocol'
import type { RefusableApi } from '../scenario/fault.js'
import type { RequestVerdict } from '../scenario/verdict.js'
import { type Refusals, refusals } from './refusals.js'
import type { Carry, Stage, Undo } from './world.js'

/** Verdicts on the next requests of a kind, one after the other. */
export const faultsOfRequestVerdicts: Carry = (fault, stage) => {
  if (fault.kind !== 'requestVerdicts') return undefined
  const { api, verdicts } = fault
  return intercepted(api, refusals[api], verdicts, stage)
}

function intercepted<Name extends RefusableApi>(
  api: Name,
  refuse: Refusals[Name],
  verdicts: readonly RequestVerdict[],
  stage: Stage,
): Undo {
  const rest = [...verdicts]
  return stage.cluster.intercept<Name>(
    api,
    (call) => carryOut(rest.shift() ?? { do: 'serve' }, call, refuse, stage),
    { times: rest.length },
  )
}

async function carryOut<Name extends RefusableApi>(
  verdict: RequestVerdict,
  call: InterceptedCall<Name>,
  refuse: Refusals[Name],
  stage: Stage,
): Promise<EmbeddedAnswer<Name> | undefined> {
  switch (verdict.do) {
    case 'serve':
      return undefined
    case 'delay':
      await call.delay(verdict.ms)
      return undefined
    case 'refuse':
      return refuse(call.request, errorNumberOf(verdict.code))
    case 'giveNothing':
      return refuse(call.request, 0)
    case 'lose':
      if (verdict.served) await call.serve()
      break
    case 'serveLate':
      stage.time.inWorld(verdict.ms, () => void call.serve())
  }
  return call.close()
}
