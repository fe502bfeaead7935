import { parseArgs } from 'node:util'

/** Names with commas between. @returns all where the text is empty. @throws for a name that is not there */
export function chosenNames(flag: string, text: string, all: readonly string[]): readonly string[] {
  if (text === '') return all
  const names = text.split(',')
  const unknown = names.filter((name) => !all.includes(name))
  if (unknown.length > 0)
    throw new Error(`--${flag} ${unknown.join()}: there are ${all.join('; ')}`)
  return names
}

/** Numbers and texts by their names on the command line; `fallback` says which there are. */
export function readArguments<Names extends Record<string, number | string>>(
  fallback: Names,
): { [Name in keyof Names]: Names[Name] extends number ? number : string } {
  const options = Object.fromEntries(
    Object.keys(fallback).map((name) => [name, { type: 'string' as const }]),
  )
  const { values } = parseArgs({ options })
  const read = Object.entries(fallback).map(([name, standard]) => {
    const given = values[name]
    if (given === undefined) return [name, standard]
    if (typeof standard === 'string') return [name, given]
    if (!Number.isFinite(Number(given))) throw new Error(`--${name} is a number, not "${given}"`)
    return [name, Number(given)]
  })
  return Object.fromEntries(read) as never
}
