/** The option that sets a field: `--linger-ms` for `lingerMs`. */
export function optionOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** The message of a stage names its options as programs write them: `lingerMs` is `--linger-ms` here. */
export function inTermsOfOptions(message: string): string {
  return message.replaceAll(/(?<![\w.-])[a-z]+(?:[A-Z][a-z]+)+(?![\w(])/g, optionOf)
}
