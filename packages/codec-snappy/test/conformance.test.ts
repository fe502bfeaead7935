import { codecConformance } from '@sluice/protocol/testing'
import { test } from 'vitest'
import { snappy } from '../src/index.js'

codecConformance(test, () => snappy())
