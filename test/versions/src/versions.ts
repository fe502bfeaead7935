import { needsZooKeeper } from '@sluice/test-kafka'

/** Of each line of versions that is tried, the newest that Maven has; Kafka 2.1 is the first that Sluice works with. */
export const versions: readonly string[] = [
  '2.1.1',
  '2.4.1',
  '2.8.2',
  '3.0.2',
  '3.3.2',
  '3.6.2',
  '3.9.2',
  '4.0.2',
  '4.1.2',
  '4.2.2',
  '4.3.1',
  '4.4.0',
]

/** Where the harness lets a version keep the metadata of its cluster. */
export function keeperOf(version: string): string {
  return needsZooKeeper(version) ? 'ZooKeeper' : 'KRaft'
}
