import { codecConformance } from '@sluice/protocol/testing'
import { test } from 'vitest'
import { pooledGzip } from '../src/pooled-gzip.js'

codecConformance(test, () => pooledGzip())
