/** @returns whether a version is this one or a later one, as `isSince('2.8.2', '2.5')` is */
export function isSince(version: string, first: string): boolean {
  const [is, wanted] = [version, first].map((each) => each.split('.').map(Number))
  const [major = 0, minor = 0] = is!
  const [firstMajor = 0, firstMinor = 0] = wanted!
  return major > firstMajor || (major === firstMajor && minor >= firstMinor)
}
