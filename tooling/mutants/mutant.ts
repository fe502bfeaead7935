/** A fault put into the source on purpose, and the test that must notice it. */
export interface Mutant {
  /** What the fault does, as the title of a bug would say it. */
  readonly name: string
  /** The file it is put into, from the root. */
  readonly file: string
  /** What it replaces: text that the file holds exactly once. */
  readonly find: string
  readonly replace: string
  /** The test that must fail: its file from the root, and its full title or a part of it. */
  readonly killedBy: { readonly file: string; readonly title: string }
  /** What the fault would cost a user. */
  readonly why: string
}

/**
 * @param source What `mutant.file` holds.
 * @returns the source with the fault in it.
 * @throws Error when the code has moved on, so that the patch fits nowhere or in several places.
 */
export function mutated(source: string, mutant: Mutant): string {
  const parts = source.split(mutant.find)
  if (parts.length !== 2) {
    const times = parts.length - 1
    throw new Error(
      `"${mutant.name}" must match ${mutant.file} exactly once, not ${times} times: ${mutant.find}`,
    )
  }
  return parts.join(mutant.replace)
}
