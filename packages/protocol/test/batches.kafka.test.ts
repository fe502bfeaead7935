import { describe } from 'vitest'
import { batchesInKafka } from '../../../test/codecs/batches-in-kafka.js'
import { gzip } from '../src/gzip.js'

describe('without compression, where our bytes are those of Java', () => {
  batchesInKafka()
})

describe('with gzip', () => {
  batchesInKafka(() => gzip())
})
