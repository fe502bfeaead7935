/*
 * How changesets become entries of a changelog: as they were written. The family has one version, so a list of the packages of the family
 * that have it, too, would be in every entry and say nothing; and what a commit is called helps nobody who reads what has changed.
 */
module.exports = {
  getReleaseLine: async ({ summary }) => {
    const [first, ...rest] = summary.trim().split('\n')
    return [`- ${first}`, ...rest.map((line) => (line.trim() === '' ? '' : `  ${line}`))].join('\n')
  },
  getDependencyReleaseLine: async () => '',
}
