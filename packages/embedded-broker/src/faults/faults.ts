import { type ErrorCode, errorNumberOf } from '@sluice/protocol'
import type { EmbeddedAnswer, EmbeddedApiName, EmbeddedRequest } from '../api-names.js'
import type { Interceptor } from '../intercepted-call.js'

type Answer = EmbeddedAnswer<'Produce'>
type PartitionAnswer = Answer['responses'][number]['partitionResponses'][number]
type TopicData = EmbeddedRequest<'Produce'>['topicData']
type Chosen = (topic: TopicData[number], partition: number) => boolean

/** Which partitions {@link produceError} is about, and how. */
export interface ProduceErrorOptions {
  /** @defaultValue every topic */
  readonly topic?: string
  /** @defaultValue every partition */
  readonly partition?: number
  /** Whether the batches are written all the same, as with REQUEST_TIMED_OUT or NOT_ENOUGH_REPLICAS_AFTER_APPEND.
   *  @defaultValue false */
  readonly appended?: boolean
  /** Fields of the partition's answer, such as `recordErrors`, `errorMessage` or `logStartOffset`. */
  readonly fields?: Partial<PartitionAnswer>
}

/**
 * An interceptor of Produce that answers an error for some partitions; the others are served. With `acks: 0`, where
 * nothing can be answered, it closes the connection, as a broker does.
 */
export function produceError(
  error: ErrorCode,
  { appended = false, fields, partition, topic }: ProduceErrorOptions = {},
): Interceptor<'Produce'> {
  const failure = { errorCode: errorNumberOf(error), ...fields }
  return async (call) => {
    const { request } = call
    const isMeant: Chosen = ({ name, topicId }, index) =>
      (topic === undefined || topic === (name || call.topicName(topicId))) &&
      (partition === undefined || partition === index)
    const topicData = appended ? request.topicData : without(request.topicData, isMeant)
    const answer = await call.serve({ ...request, topicData })
    if (answer !== null)
      return { ...answer, ...failing(request.topicData, answer, isMeant, failure) }
    const failed = request.topicData.some((data) =>
      data.partitionData.some(({ index }) => isMeant(data, index)),
    )
    return failed ? call.close() : null
  }
}

/** An interceptor that lets the answer say how long the client is to wait (KIP-219). The broker itself does not wait. */
export function throttle<Name extends Exclude<EmbeddedApiName, 'ApiVersions'>>(
  throttleTimeMs: number,
): Interceptor<Name> {
  return async (call) => {
    const answer = await call.serve()
    return answer && { ...answer, throttleTimeMs }
  }
}

function without(topicData: TopicData, isMeant: Chosen): TopicData {
  return topicData.flatMap((data) => {
    const partitionData = data.partitionData.filter(({ index }) => !isMeant(data, index))
    return partitionData.length === 0 ? [] : [{ ...data, partitionData }]
  })
}

/** The broker's answer, in the order of the request, with the failures in it. */
function failing(
  topicData: TopicData,
  answer: Answer,
  isMeant: Chosen,
  failure: Partial<PartitionAnswer> & { errorCode: number },
): Pick<Answer, 'responses'> {
  const own = new Map<string, PartitionAnswer>()
  for (const { name, partitionResponses, topicId } of answer.responses) {
    for (const one of partitionResponses) own.set(`${name}/${topicId}/${one.index}`, one)
  }
  const responses = topicData.map((data) => ({
    name: data.name,
    topicId: data.topicId,
    partitionResponses: data.partitionData.map(({ index }) => {
      const served = own.get(`${data.name}/${data.topicId}/${index}`)
      const base = served ?? { index, baseOffset: -1n, errorCode: 0 }
      return isMeant(data, index) ? { ...base, ...failure } : base
    }),
  }))
  return { responses }
}
