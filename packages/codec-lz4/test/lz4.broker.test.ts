import { codecInCluster } from '../../../test/codecs/codec-in-cluster.js'
import { lz4 } from '../src/index.js'

codecInCluster(() => lz4())
