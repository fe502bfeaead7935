import { Command } from 'commander'
import type { CliIo } from './cli-io.js'
import { refuseSecondValues } from './command-line/given-once.js'
import { applySettings } from './command-line/settings.js'
import { addConnectionOptions } from './connection/connection-options.js'
import { refuseSecretArguments } from './connection/secrets.js'
import {
  addPartitionOptions,
  partitionHelp,
  partitionValuesOf,
} from './partition/partition-options.js'
import { partition } from './partition/partition.js'
import { addPerfOptions, perfHelp, type PerfValues } from './perf/perf-options.js'
import { perf } from './perf/perf.js'
import { addPingOptions, pingHelp, type PingValues } from './ping/ping-options.js'
import { ping } from './ping/ping.js'
import { produceHelp } from './produce/produce-help.js'
import { addProduceOptions, type ProduceValues } from './produce/produce-options.js'
import { produce } from './produce/produce.js'
import { StatusLine } from './terminal/status-line.js'

/** Hears the exit code of the command that was run. */
export type OnExitCode = (code: number) => void

/** The command `sluice` with all that it can do. */
export function program(io: CliIo, onExitCode: OnExitCode): Command {
  const root = new Command('sluice')
    .description('Sends records to Kafka, and tells what became of each of them.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      // `runCli` tells of errors, in one line.
      writeErr: () => {},
      getOutHelpWidth: () => 100,
    })
    .configureHelp({ showGlobalOptions: false })
    .helpCommand(false)
    .addHelpText('after', '\nHelp for one of them: sluice produce --help')
  addProduce(root, io, onExitCode)
  addPerf(root, io, onExitCode)
  addPing(root, io, onExitCode)
  addPartition(root, io, onExitCode)
  return root
}

function addProduce(root: Command, io: CliIo, onExitCode: OnExitCode): void {
  const command = root
    .command('produce')
    .description('sends lines, or whole files, and counts acknowledgements')
    .argument('[files...]', 'what to send; - or no file is the standard input')
    .addHelpText('after', produceHelp)
  addProduceOptions(command)
  addAction(command, io, onExitCode, (files) => produce(files, command.opts<ProduceValues>(), io))
}

function addPerf(root: Command, io: CliIo, onExitCode: OnExitCode): void {
  const command = root
    .command('perf')
    .description('sends records at a rate, or as fast as it goes, and tells latencies')
    .addHelpText('after', perfHelp)
  addPerfOptions(command)
  addAction(command, io, onExitCode, () => perf(command.opts<PerfValues>(), io))
}

function addPing(root: Command, io: CliIo, onExitCode: OnExitCode): void {
  const command = root
    .command('ping')
    .description('tells what the cluster is, and whether a producer could send to it')
    .addHelpText('after', pingHelp)
  addPingOptions(command)
  addAction(command, io, onExitCode, () => ping(command.opts<PingValues>(), io))
}

function addPartition(root: Command, io: CliIo, onExitCode: OnExitCode): void {
  const command = root
    .command('partition')
    .description('tells which partition a key goes to under each partitioner')
    .argument('<keys...>', 'the keys, as text')
    .addHelpText('after', partitionHelp)
  addPartitionOptions(command)
  addAction(command, io, onExitCode, (keys) => partition(keys, partitionValuesOf(command), io))
}

/** Adds the options of a connection, and what the command does when all of its options are complete. */
function addAction(
  command: Command,
  io: CliIo,
  onExitCode: OnExitCode,
  run: (args: string[]) => Promise<number>,
): void {
  addConnectionOptions(command)
  refuseSecondValues(command)
  command.action(async () => {
    settle(command, io)
    onExitCode(await run(command.args))
  })
}

/** Completes the options that were given. @throws UsageError */
function settle(command: Command, io: CliIo): void {
  refuseSecretArguments(command)
  const line = new StatusLine(io)
  applySettings(command, io.env, (text) => line.print(text))
}
