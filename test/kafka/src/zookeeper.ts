import { once } from 'node:events'
import { openSync, closeSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { exitOf, spawnChild } from './child.js'
import { freePort } from './free-port.js'
import { isSince } from './is-since.js'
import { javaArguments } from './java.js'
import { waitFor } from './wait-for.js'

/** The ZooKeeper of a cluster that has no controllers of its own. */
export interface ZooKeeper {
  readonly port: number
  stop(): Promise<void>
}

/** Whether this version of Kafka needs a ZooKeeper: KRaft is meant for production from 3.3 on. */
export function needsZooKeeper(version: string): boolean {
  return !isSince(version, '3.3')
}

/** Starts the ZooKeeper that Kafka's jars bring, with its files in the folder. */
export async function startZooKeeper(libs: string, folder: string): Promise<ZooKeeper> {
  const port = await freePort()
  const flags = ['-Xmx128m', '-Dzookeeper.admin.enableServer=false']
  const server = 'org.apache.zookeeper.server.ZooKeeperServerMain'
  const command = [...javaArguments(libs, 'info', flags), server]
  const log = openSync(join(folder, 'zookeeper.log'), 'a')
  const child = spawnChild('java', [...command, String(port), join(folder, 'zookeeper')], {
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  await waitFor('ZooKeeper listens', () => listens(port))
  return {
    port,
    async stop() {
      child.kill('SIGKILL')
      await exitOf(child)
    },
  }
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
