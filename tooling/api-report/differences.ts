/** What became of one declaration of an API report. */
export interface Difference {
  readonly kind: 'added' | 'removed' | 'changed'
  /** The section of the report, which is an entry point, and the name. */
  readonly what: string
}

/** What is different between two API reports, declaration by declaration. */
export function differencesOf(before: string, after: string): Difference[] {
  const [old, now] = [declarationsIn(before), declarationsIn(after)]
  const names = [...new Set([...old.keys(), ...now.keys()])]
  return names.flatMap((what): Difference[] => {
    if (old.get(what) === now.get(what)) return []
    if (!old.has(what)) return [{ kind: 'added', what }]
    return [{ kind: now.has(what) ? 'changed' : 'removed', what }]
  })
}

export function countOfExports(report: string): number {
  return [...report.matchAll(/^export /gm)].length
}

function declarationsIn(report: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const [, section, code] of report.matchAll(/^## (.+)\n\n```ts\n([\s\S]*?)\n```$/gm)) {
    for (const text of code!.split('\n\n')) {
      const [, name] = nameIn.exec(text) ?? []
      found.set(`${section}: ${name}`, text)
    }
  }
  return found
}

/** Of a declaration, or in the list of names that another entry point exports. */
const nameIn =
  /^(?:export )?(?:(?:abstract )?class|interface|type|function|const|enum|\{(?: \w+ as)?) (\w+)/
