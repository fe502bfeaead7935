import { codecConformance } from '@sluice/protocol/testing'
import { test } from 'vitest'
import { lz4 } from '../src/index.js'

codecConformance(test, () => lz4())
