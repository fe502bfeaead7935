import { type ErrorCode, errorNumberOf } from '@sluice/protocol'
import type { EmbeddedAnswer, EmbeddedApiName, EmbeddedRequest } from '../api-names.js'
import type { Interceptor } from '../intercepted-call.js'

type Answer = EmbeddedAnswer<'Produce'>
type PartitionAnswer = Answer['responses'][number]['partitionResponses'][number]
type TopicData = EmbeddedRequest<'Produce'>['topicData']
type Chosen = (topic: TopicData[number], partition: number) => boolean

/** To which partitions {@link produceError} answers an error, and how. */
export interface ProduceErrorOptions {
  /** Only partitions of this topic.
   *  @defaultValue every topic */
  readonly topic?: string
  /** Only the partition with this number.
   *  @defaultValue every partition */
  readonly partition?: number
  /** Whether the batches are written although an error is answered, as with REQUEST_TIMED_OUT.
   *  @defaultValue false */
  readonly appended?: boolean
  /** More fields of the answer for the partition, such as `recordErrors`, `errorMessage` or `logStartOffset`. */
  readonly fields?: Partial<PartitionAnswer>
}

/**
 * An interceptor of Produce that answers an error for some partitions; the broker serves the others. With `acks: 0`,
 * which has no answer, it closes the connection, as a broker does.
 *
 * @param error Kafka's name of the error.
 * @param options For which partitions; the default is all of them, and their batches are not written.
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

/**
 * An interceptor whose answers tell the client how long it must wait (KIP-219). The broker itself does not wait.
 *
 * @param throttleTimeMs The time in milliseconds.
 */
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
    partitionResponses: data.partitionData.flatMap(({ index }) => {
      const served = own.get(`${data.name}/${data.topicId}/${index}`)
      if (!isMeant(data, index)) return served ?? []
      return { index, baseOffset: -1n, ...served, ...failure }
    }),
  }))
  return { responses }
}
