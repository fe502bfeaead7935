import { expect, test } from 'vitest'
import { operationsOf } from '../../src/ping/operations.js'

test('what a client may do is read as Kafka writes it, by the numbers of AclOperation', () => {
  // Of kafka-acls for a topic: (1 << READ | 1 << WRITE | 1 << DESCRIBE), see AclOperation of Kafka's clients.
  expect(operationsOf(0b1_0001_1000)).toEqual(['read', 'write', 'describe'])
  expect(operationsOf(1 << 12)).toEqual(['idempotent-write'])
  expect(operationsOf(0)).toEqual([])
  expect(operationsOf(-2147483648)).toBeNull()
})
