import { test } from 'node:test'
import { createAccumulator } from '@sluice/accumulator'
import { accumulatorConformance } from '@sluice/accumulator/testing'

accumulatorConformance(test, createAccumulator)
