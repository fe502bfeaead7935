import { expect, test } from 'vitest'
import { PacedProducer, reactions } from '../intake/paced-producer.js'
import { HeldSerializer } from './held-serializer.js'

const records = ['a', 'b'].map((value) => ({ topic: 't', value }))

function held(): { paced: PacedProducer; serializer: HeldSerializer; aborter: AbortController } {
  const serializer = new HeldSerializer()
  const paced = new PacedProducer({ valueSerializer: serializer })
  paced.learn()
  return { paced, serializer, aborter: new AbortController() }
}

test('a sendMany that was aborted before its serializer fails is counted once', async () => {
  const { paced, serializer, aborter } = held()
  paced.producer.sendMany(records, { signal: aborter.signal }).catch(() => {})
  aborter.abort()
  serializer.fail('a')
  await reactions()
  expect(paced.producer.metrics()).toMatchObject({
    recordSendTotal: 2,
    recordErrorTotal: 2,
    recordErrors: { ABORTED: 2 },
    recordsPending: 0,
  })
})

test('a sendMany whose serializer fails while it is aborted is counted once, whichever comes first', async () => {
  for (let microtasks = 0; microtasks < 12; microtasks++) {
    const { paced, serializer, aborter } = held()
    paced.producer.sendMany(records, { signal: aborter.signal }).catch(() => {})
    serializer.fail('a')
    for (let i = 0; i < microtasks; i++) await Promise.resolve()
    aborter.abort()
    await reactions()
    const { recordSendTotal, recordErrorTotal, recordsPending } = paced.producer.metrics()
    expect([microtasks, recordSendTotal, recordErrorTotal, recordsPending]).toEqual([
      microtasks,
      2,
      2,
      0,
    ])
  }
})
