import { codecInCluster } from '../../../test/codecs/codec-in-cluster.js'
import { snappy } from '../src/index.js'

codecInCluster(() => snappy())
