import { printable } from '@sluice/protocol'

/** Text of a cluster as a terminal may see it: whatever could steer the terminal is a question mark. */
export function safe(text: string): string {
  return printable(text, Infinity)
}
