import { type InterceptedCall, produceError } from '@sluice/embedded-broker'
import { errorNumberOf } from '@sluice/protocol'
import type { Verdict } from '../scenario/verdict.js'
import type { Carry, Stage } from './world.js'

type Call = InterceptedCall<'Produce'>

/** Verdicts on the next Produce requests, one after the other. */
export const faultsOfVerdicts: Carry = (fault, stage) => {
  switch (fault.kind) {
    case 'verdicts': {
      const verdicts = [...fault.verdicts]
      return stage.cluster.intercept(
        'Produce',
        (call) => carryOut(verdicts.shift() ?? { do: 'serve' }, call, stage),
        { times: verdicts.length },
      )
    }
    case 'forgetEarlier':
      stage.cluster.forgetEarlierBatches()
      return null
    default:
      return undefined
  }
}

async function carryOut(verdict: Verdict, call: Call, stage: Stage): Promise<Answer> {
  switch (verdict.do) {
    case 'serve':
      return undefined
    case 'delay':
      await call.delay(verdict.ms)
      return undefined
    case 'refuse':
      return produceError(verdict.code, { ...ofPartition(verdict), ...named(verdict) })(call)
    case 'append':
      return appended(call, verdict)
    case 'lose':
      if (verdict.served) await call.serve()
      return call.close()
    case 'serveLate':
      stage.time.inWorld(verdict.ms, () => void call.serve())
      return call.close()
    case 'omit':
      return omitted(call, verdict.served)
    case 'hang':
      if (verdict.served) await call.serve()
      return call.hang()
  }
}

type Answer = Awaited<ReturnType<ReturnType<typeof produceError>>>

function ofPartition({ partition }: { readonly partition?: number }): {
  readonly partition?: number
} {
  return partition === undefined ? {} : { partition }
}

function named({
  records,
}: Extract<Verdict, { do: 'refuse' }>): Parameters<typeof produceError>[1] {
  if (records === undefined) return {}
  const recordErrors = records.map((batchIndex) => ({
    batchIndex,
    batchIndexErrorMessage: 'it is bad',
  }))
  return { fields: { recordErrors } }
}

/** An error in the place of each OK: what the broker has refused is not written. */
async function appended(
  call: Call,
  { code, partition }: Extract<Verdict, { do: 'append' }>,
): Promise<Answer> {
  const answer = await call.serve()
  if (answer === null) return call.close()
  const errorCode = errorNumberOf(code)
  // A broker that no longer leads after the append answers with the offset; the others do not.
  const error = code === 'NOT_LEADER_OR_FOLLOWER' ? { errorCode } : { errorCode, baseOffset: -1n }
  const responses = answer.responses.map((topic) => ({
    ...topic,
    partitionResponses: topic.partitionResponses.map((one) =>
      one.errorCode === 0 && one.index === (partition ?? one.index) ? { ...one, ...error } : one,
    ),
  }))
  return { ...answer, responses }
}

/** Without the first partition of the first topic. */
async function omitted(call: Call, isServed: boolean): Promise<Answer> {
  const { topicData } = call.request
  const [first, ...others] = topicData
  const rest = first && { ...first, partitionData: first.partitionData.slice(1) }
  const answer = await call.serve(
    isServed || rest === undefined
      ? call.request
      : { ...call.request, topicData: [rest, ...others] },
  )
  if (answer === null || answer === undefined) return answer
  const responses = answer.responses.map((topic, index) => {
    if (index > 0 || !isServed) return topic
    return { ...topic, partitionResponses: topic.partitionResponses.slice(1) }
  })
  return { ...answer, responses }
}
