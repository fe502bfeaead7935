import { deleteTopic, isExternal, type KafkaCluster, startKafka, waitFor } from '@sluice/test-kafka'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createProducer } from '../../src/index.js'

let kafka: KafkaCluster

beforeAll(async () => {
  // This version has no topic ids: only leader epochs tell of a new topic.
  kafka = await startKafka({
    version: '2.4.1',
    brokers: 3,
    configs: { 'min.insync.replicas': '1' },
  })
})
afterAll(() => kafka.stop())

test('a topic that is deleted and created again on another broker while the producer is idle takes records again, though its leader epochs begin anew', async ({
  skip,
}) => {
  if (isExternal(kafka)) skip('a running cluster is not restarted')
  const [first] = kafka.brokers
  await kafka.createTopic('again', 1, { replicas: [[1]] })
  await using producer = createProducer({ bootstrapServers: kafka.bootstrapServers })
  const send = (value: string) => producer.send({ topic: 'again', value })
  await send('first')
  // Each start of the broker elects it anew, under a higher epoch.
  for (let restart = 0; restart < 2; restart++) {
    await first!.stop()
    await first!.start()
    await send(`after restart ${restart}`)
  }
  await deleteTopic(kafka.brokers, 'again')
  // With ZooKeeper the name is taken for a while after the brokers have forgotten the topic.
  await waitFor('the topic can be created again', () =>
    kafka.createTopic('again', 1, { replicas: [[2]] }).then(
      () => true,
      () => false,
    ),
  )

  expect(await send('new')).toMatchObject({ partition: 0, offset: 0n })
})
