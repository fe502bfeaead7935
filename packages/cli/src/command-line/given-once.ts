import type { Command } from 'commander'
import { UsageError } from '../usage-error.js'
import { collected } from './values.js'

/**
 * Refuses an option that stands twice on the command line, where only one of the values could be meant. Options that collect their values
 * may come again, and so may switches.
 *
 * @throws UsageError while the command line is read
 */
export function refuseSecondValues(command: Command): void {
  for (const option of command.options) {
    const takesValue = option.required || option.optional
    if (!takesValue || option.parseArg === collected) continue
    let isGiven = false
    command.on(`option:${option.name()}`, () => {
      if (isGiven) throw new UsageError(`${option.long} is given twice; give it once`)
      isGiven = true
    })
  }
}
