import { gzip } from '@sluice/protocol/gzip'
import { codecInCluster } from '../../../test/codecs/codec-in-cluster.js'

codecInCluster(() => gzip())
