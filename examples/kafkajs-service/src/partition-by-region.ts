import type { ICustomPartitioner } from 'kafkajs'

const regions = ['eu', 'us', 'asia']

/** Each region has a partition of its own; what has no known region goes to the last one. */
export const partitionByRegion: ICustomPartitioner = () => {
  return ({ message, partitionMetadata }) => {
    const region = message.headers?.['region']?.toString() ?? ''
    const at = regions.indexOf(region)
    return at < 0 ? partitionMetadata.length - 1 : at % partitionMetadata.length
  }
}
