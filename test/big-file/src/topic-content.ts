import { exitOf, spawnChild } from '@sluice/test-kafka'
import { type Content, CountingHash } from './json-lines-file.js'

/** All values of a topic of one partition in their order, with a newline behind each, as kcat's consumer reads them. */
export async function topicContent(servers: string, topic: string): Promise<Content> {
  const args = ['-C', '-b', servers, '-t', topic, '-p', '0', '-o', 'beginning', '-e', '-q']
  const child = spawnChild('kcat', args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const counting = new CountingHash(Infinity)
  for await (const chunk of child.stdout!) counting.update(chunk as Buffer)
  await exitOf(child)
  if (child.exitCode !== 0) throw new Error(`kcat -C ended with ${child.exitCode}`)
  return counting.content()
}
