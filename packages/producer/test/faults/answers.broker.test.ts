import { metadataApi, produceApi, type ResponseOf } from '@sluice/protocol'
import { answerBody, type AnswerFrame, rewritten, type Verdict } from '@sluice/test-fault-proxy'
import { expect, test } from 'vitest'
import { expectClean, faultyCluster, once, values } from './faulty-cluster.js'

const correlationId = (frame: Uint8Array): Buffer => Buffer.from(frame.subarray(0, 4))

function prefixed(length: number, ...rest: Uint8Array[]): Verdict {
  const prefix = Buffer.alloc(4)
  prefix.writeInt32BE(length)
  return { raw: Buffer.concat([prefix, ...rest]) }
}

/** In place of the acknowledgement of what the broker has written. */
const garbage: [string, (answer: AnswerFrame) => Verdict][] = [
  ['a negative length', () => prefixed(-5)],
  ['a length of 2 GiB', () => prefixed(2_147_483_647)],
  ['an HTTP answer', () => ({ raw: Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n') })],
  ['a TLS alert', () => ({ raw: Buffer.from([0x15, 3, 3, 0, 2, 2, 70]) })],
  [
    'the id of another request',
    ({ bytes }) => Buffer.concat([Buffer.from([0, 0, 9, 9]), bytes.subarray(4)]),
  ],
  ['a truncated body', ({ bytes }) => bytes.subarray(0, bytes.length - 9)],
  ['half a frame and the end', ({ bytes }) => prefixed(bytes.length + 50, bytes)],
  [
    'an array of four thousand million',
    ({ bytes }) =>
      Buffer.concat([correlationId(bytes), Buffer.from([0, 0xff, 0xff, 0xff, 0xff, 0x0f])]),
  ],
  [
    'a varint without an end',
    ({ bytes }) => Buffer.concat([correlationId(bytes), Buffer.alloc(20, 0xff)]),
  ],
  ['nothing but an id', ({ bytes }) => correlationId(bytes)],
]

test.each(garbage)(
  'F11: %s in place of an acknowledgement costs the connection, and no record',
  async (_, make) => {
    await using faulty = await faultyCluster()
    await faulty.send(0, 'before')
    faulty.proxy.onAnswer = once(produceApi, (answer: AnswerFrame) => {
      // What does not fill its frame would be waited for: the end says that nothing comes.
      setTimeout(() => faulty.proxy.reset(), 20)
      return make(answer)
    })
    await faulty.send(0, ...values(10))
    expectClean(faulty)
    expect(faulty.proxy.accepted).toBeGreaterThan(1)
  },
)

type ProduceAnswer = ResponseOf<typeof produceApi>

/** Changes what the first acknowledgement says of the partitions. */
function rewriting(change: (responses: ProduceAnswer['responses']) => ProduceAnswer['responses']) {
  return once(produceApi, (answer: AnswerFrame) => {
    const body = answerBody(produceApi, answer)
    return rewritten(produceApi, answer, { ...body, responses: change(body.responses) })
  })
}

test.each([
  ['no topic', () => []],
  [
    'no partition',
    (responses: ProduceAnswer['responses']) =>
      responses.map((topic) => ({ ...topic, partitionResponses: [] })),
  ],
] as const)('F12: an answer with %s resolves no send', async (_, change) => {
  await using faulty = await faultyCluster()
  faulty.proxy.onAnswer = rewriting(change)
  await faulty.send(0, ...values(10))
  expectClean(faulty)
  expect(faulty.cluster.brokers[0]!.requestCount('Produce')).toBeGreaterThan(1)
})

test('F12: a partition that is answered twice, or was not asked about, is passed over', async () => {
  await using faulty = await faultyCluster()
  faulty.proxy.onAnswer = rewriting((responses) =>
    responses.map((topic) => {
      const [own] = topic.partitionResponses
      const others = [
        { ...own!, baseOffset: 77n },
        { ...own!, index: 9, baseOffset: 78n },
      ]
      return { ...topic, partitionResponses: [own!, ...others] }
    }),
  )
  await faulty.send(0, ...values(10))
  expectClean(faulty)
  expect(faulty.warnings).toEqual([
    expect.stringContaining('2 partitions that it was not asked about'),
  ])
})

test('F27: a broker that throttles gets nothing until then, and nothing times out', async () => {
  await using faulty = await faultyCluster({ requestTimeoutMs: 200 })
  const throttleTimeMs = 600
  let throttledAt = 0
  const after: number[] = []
  await faulty.send(0, 'before')
  faulty.proxy.onAnswer = once(produceApi, (answer: AnswerFrame) => {
    throttledAt = performance.now()
    return rewritten(produceApi, answer, { ...answerBody(produceApi, answer), throttleTimeMs })
  })
  faulty.proxy.onRequest = () => {
    if (throttledAt > 0) after.push(performance.now() - throttledAt)
    return 'pass'
  }
  await faulty.send(0, 'throttles')
  await faulty.send(0, ...values(50))
  expectClean(faulty)
  expect(Math.min(...after)).toBeGreaterThanOrEqual(throttleTimeMs - 1)
  expect(faulty.proxy.accepted).toBe(1)
})

test('F15: a topic that is being created is waited for', async () => {
  await using faulty = await faultyCluster()
  let answers = 0
  faulty.proxy.onAnswer = (answer) => {
    if (answer.apiKey !== metadataApi.key) return 'pass'
    const body = answerBody(metadataApi, answer)
    if (body.topics.length === 0 || ++answers > 3) return 'pass'
    // Kafka first has no such topic, then one without leaders.
    const topics = body.topics.map((topic) =>
      answers === 3
        ? {
            ...topic,
            errorCode: 5,
            partitions: topic.partitions.map((one) => ({ ...one, errorCode: 5, leaderId: -1 })),
          }
        : { ...topic, errorCode: 3, partitions: [] },
    )
    return rewritten(metadataApi, answer, { ...body, topics })
  }
  await faulty.send(0, ...values(10))
  expectClean(faulty)
  expect(answers).toBeGreaterThan(3)
})

test('F15: a topic that vanishes for a moment keeps its records and their sequence', async () => {
  await using faulty = await faultyCluster()
  await faulty.send(0, ...values(10))
  let missing = 3
  faulty.proxy.onAnswer = (answer) => {
    if (answer.apiKey === metadataApi.key && missing > 0) {
      const body = answerBody(metadataApi, answer)
      const topics = body.topics.map((topic) => ({ ...topic, errorCode: 3, partitions: [] }))
      return rewritten(metadataApi, answer, { ...body, topics })
    }
    if (answer.apiKey !== produceApi.key || missing-- <= 0) return 'pass'
    // The broker has written it, and says that there is no such topic: sent again it is a duplicate.
    const body = answerBody(produceApi, answer)
    const responses = body.responses.map((topic) => ({
      ...topic,
      partitionResponses: topic.partitionResponses.map((one) => ({
        ...one,
        errorCode: 3,
        baseOffset: -1n,
      })),
    }))
    return rewritten(produceApi, answer, { ...body, responses })
  }
  await faulty.send(0, ...values(10, 'again-'))
  expectClean(faulty)
})

test('F15: a topic that does not exist fails by its name: at once where asking cannot create it, else after maxBlockMs', async () => {
  await using strict = await faultyCluster({ allowAutoTopicCreation: false })
  await expect(strict.producer.send({ topic: 'no-such', value: '' })).rejects.toMatchObject({
    code: 'UNKNOWN_TOPIC_OR_PARTITION',
    topic: 'no-such',
    persisted: 'no',
    message: expect.stringContaining('no topic no-such; create it, or set allowAutoTopicCreation'),
  })
  await using waiting = await faultyCluster({ maxBlockMs: 400 })
  waiting.proxy.onAnswer = (answer) => {
    if (answer.apiKey !== metadataApi.key) return 'pass'
    const body = answerBody(metadataApi, answer)
    const topics = body.topics.map((topic) => ({ ...topic, errorCode: 3, partitions: [] }))
    return rewritten(metadataApi, answer, { ...body, topics })
  }
  await expect(waiting.producer.send({ topic: 'no-such', value: '' })).rejects.toMatchObject({
    code: 'METADATA_TIMEOUT',
    topic: 'no-such',
    persisted: 'no',
  })
})

test('F15: a topic that may not be written fails at once, by its name', async () => {
  await using faulty = await faultyCluster()
  faulty.proxy.onAnswer = (answer) => {
    if (answer.apiKey !== metadataApi.key) return 'pass'
    const body = answerBody(metadataApi, answer)
    const topics = body.topics.map((topic) => ({ ...topic, errorCode: 29, partitions: [] }))
    return rewritten(metadataApi, answer, { ...body, topics })
  }
  await expect(faulty.producer.send({ topic: 'secret', value: '' })).rejects.toMatchObject({
    code: 'TOPIC_AUTHORIZATION_FAILED',
    topic: 'secret',
    persisted: 'no',
  })
})
