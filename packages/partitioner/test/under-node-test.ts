import { test } from 'node:test'
import { uniformStickyPartitioner } from '@sluice/partitioner'
import { partitionerConformance } from '@sluice/partitioner/testing'

partitionerConformance(test, () => uniformStickyPartitioner())
