import { gzip } from '@sluice/protocol/gzip'
import { codecInCluster } from '../../../test/codec-in-cluster.js'

codecInCluster(() => gzip())
