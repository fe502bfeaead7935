import { codecInCluster } from '../../../test/codec-in-cluster.js'
import { snappy } from '../src/index.js'

codecInCluster(() => snappy())
