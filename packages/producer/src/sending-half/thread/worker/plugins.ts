import * as network from '@sluice/network'
import * as sasl from '@sluice/network/sasl'
import { KafkaError, reasonOf } from '@sluice/protocol'
import * as gzip from '@sluice/protocol/gzip'
import * as zstd from '@sluice/protocol/zstd'
import type { PortablePlugin } from '../portable-options.js'

/** The modules that every producer has. They are part of the thread's own text, so no file is looked for. */
const own: ReadonlyMap<string, object> = new Map<string, object>([
  ['@sluice/network', network],
  ['@sluice/network/sasl', sasl],
  ['@sluice/protocol/gzip', gzip],
  ['@sluice/protocol/zstd', zstd],
])

/**
 * Makes a plug-in again.
 *
 * @throws KafkaError INVALID_OPTION that names the option and the module
 */
export async function pluginAgain<T extends object>(plugin: PortablePlugin): Promise<T> {
  const { option, module, export: name, options } = plugin
  const exported = (await exportsOf(plugin)) as Record<string, unknown>
  const make = exported[name]
  if (typeof make !== 'function')
    throw cannotBeMade(option, `${module} has no function named ${name}`)
  try {
    return make(options) as T
  } catch (error) {
    throw cannotBeMade(option, `${name} of ${module} threw: ${reasonOf(error)}`)
  }
}

async function exportsOf({ option, module, url }: PortablePlugin): Promise<object> {
  const known = own.get(module)
  if (known !== undefined) return known
  try {
    const imported = (await import(url ?? module)) as { default?: object }
    // Of a CommonJS module not every name can be found before it runs.
    return { ...imported.default, ...imported }
  } catch (error) {
    throw cannotBeMade(option, `${module} cannot be imported: ${reasonOf(error)}`)
  }
}

function cannotBeMade(option: string, problem: string): KafkaError {
  const detail = `senderThread: ${option} cannot be made again in the sender's thread: ${problem}; mend ${option}.portable, or leave senderThread out`
  return new KafkaError('INVALID_OPTION', detail)
}
