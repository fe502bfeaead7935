import { produceError, throttle } from '@sluice/embedded-broker'
import type { Fault } from '../scenario/scenario.js'
import type { Carry, Undo } from './world.js'

/** What happens to single requests and answers. */
export const faultsOfRequests: Carry = (fault, { cluster }) => {
  switch (fault.kind) {
    case 'refuse': {
      const { appended, code, partition, times, topic } = fault
      return cluster.intercept('Produce', produceError(code, { topic, partition, appended }), {
        times,
      })
    }
    case 'loseAnswer':
      return cluster.intercept(
        fault.api,
        async (call) => {
          if (fault.served) await call.serve()
          call.close()
        },
        { times: fault.times },
      )
    case 'hang':
      return cluster.intercept(
        fault.api,
        async (call) => {
          if (fault.served) await call.serve()
          return call.hang()
        },
        { times: fault.times },
      )
    case 'throttle':
      return together(
        cluster.intercept('Produce', throttle(fault.throttleMs)),
        cluster.intercept('Metadata', throttle(fault.throttleMs)),
      )
    case 'staleMetadata':
      return staleMetadata(fault, cluster)
    default:
      return undefined
  }
}

/** Each question is answered as the first of its kind was. */
function staleMetadata(
  _: Extract<Fault, { kind: 'staleMetadata' }>,
  cluster: Parameters<Carry>[1]['cluster'],
): Undo {
  type Answer = Awaited<
    ReturnType<Parameters<Parameters<typeof cluster.intercept<'Metadata'>>[1]>[0]['serve']>
  >
  const answers = new Map<string, Answer>()
  return cluster.intercept('Metadata', async (call) => {
    const question = JSON.stringify([call.version, call.request])
    const answer = answers.get(question) ?? (await call.serve())
    answers.set(question, answer)
    return answer
  })
}

function together(...undos: readonly Undo[]): Undo {
  return () => undos.forEach((undo) => undo())
}
