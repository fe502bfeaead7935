import { test } from 'node:test'
import { createSender } from '@sluice/sender'
import { senderConformance } from '@sluice/sender/testing'

senderConformance(test, (settings) => createSender(settings))
