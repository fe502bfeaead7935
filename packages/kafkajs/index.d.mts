import * as kafkajs from './index.cjs'

export * from './index.cjs'
export default kafkajs
