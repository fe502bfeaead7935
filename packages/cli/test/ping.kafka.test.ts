import { isExternal, type KafkaCluster, startKafka } from '@sluice/test-kafka'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runWith } from './cli-run.js'

let kafka: KafkaCluster
const listener = 'CLIENTS'
const password = 'p4ss word'

/** Kafka's own authorizer: who is not logged in may do everything, `stranger` nothing. */
const configs = {
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'super.users': 'User:ANONYMOUS',
  [`listener.name.${listener.toLowerCase()}.sasl.enabled.mechanisms`]: 'SCRAM-SHA-256',
  [`listener.name.${listener.toLowerCase()}.scram-sha-256.sasl.jaas.config`]:
    'org.apache.kafka.common.security.scram.ScramLoginModule required;',
}

beforeAll(async () => {
  kafka = await startKafka({
    configs,
    listeners: { [listener]: 'SASL_PLAINTEXT' },
    scramUsers: [{ mechanism: 'SCRAM-SHA-256', name: 'stranger', password }],
    topics: [{ name: 'orders', partitions: 3 }],
  })
})
afterAll(() => kafka?.stop())

function pingAs(user: string, given: string) {
  const sasl = ['--sasl-mechanism', 'scram-sha-256', '--sasl-username', user]
  const env = { SLUICE_SASL_PASSWORD: given }
  return runWith(['ping', '-b', kafka.listeners.get(listener)!, '-t', 'orders', ...sasl], [], {
    env,
  })
}

test('a real Kafka is listed with what this client may do', async () => {
  const args = ['ping', '-b', kafka.bootstrapServers, '-t', 'orders']
  const { code, stdout, stderr } = await runWith(args)
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/\nProduce +\d+-\d+ +3-13 +\d+\n/)
  expect(stdout).toMatch(/\nfeatures: .*metadata\.version \d+/)
  expect(stdout).toMatch(/\norders +3 +none +none +none +none\n/)
  expect(stdout).toMatch(/\nmay with the cluster: .*idempotent-write/)
  expect(stdout).toMatch(/\nmay with topic orders: read, write, .*describe/)
})

test('a user who may not write the topic is told so, and ends with 1', async (context) => {
  context.skip(isExternal(kafka))
  const { code, stdout, stderr } = await pingAs('stranger', password)
  expect(code).toBe(1)
  expect(stdout).toContain('\nthis client: without TLS, logged in by SCRAM-SHA-256\n')
  expect(stderr).toBe(
    'sluice: topic orders: TOPIC_AUTHORIZATION_FAILED; give the user of this client the operations Describe and Write\n',
  )
})

test('a wrong password is one line without it, and exit code 1', async (context) => {
  context.skip(isExternal(kafka))
  const { code, stdout, stderr } = await pingAs('stranger', 'wr0ng')
  expect([code, stdout]).toEqual([1, ''])
  expect(stderr).toMatch(/^sluice: SASL_AUTHENTICATION_FAILED: .*\n$/)
  expect(stderr).not.toContain('wr0ng')
})
