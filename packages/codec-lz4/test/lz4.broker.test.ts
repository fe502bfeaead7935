import { codecInCluster } from '../../../test/codec-in-cluster.js'
import { lz4 } from '../src/index.js'

codecInCluster(() => lz4())
