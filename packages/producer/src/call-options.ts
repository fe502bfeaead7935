import { describeValue, printable } from '@sluice/protocol'
import { invalidArgument } from './invalid.js'

/**
 * Checks the options of a call, which have one name.
 *
 * @throws KafkaError INVALID_ARGUMENT where they are no options, or have another name: it would be overlooked
 */
export function checkCallOptions(options: object, name: 'signal' | 'timeoutMs' | 'queues'): void {
  const wrong = (what: string): Error => invalidArgument(`${what}; give { ${name} }`)
  if (typeof options !== 'object') throw wrong(`the options are ${describeValue(options)}`)
  if ('aborted' in options) throw wrong('the options are a signal')
  for (const other of Object.keys(options))
    if (other !== name) throw wrong(`there is no option ${printable(other, 60)}`)
}
