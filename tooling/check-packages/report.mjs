import { appendFileSync } from 'node:fs'

/** Runs named checks, prints a line for each, and counts. */
export function createReport() {
  const counts = { passed: 0, failed: 0 }

  /** Never rejects: a check that throws is counted and printed. @returns what the check returned. */
  async function check(name, run) {
    try {
      const result = await run()
      counts.passed += 1
      console.log(`ok    ${name}`)
      return result
    } catch (error) {
      counts.failed += 1
      console.log(
        `FAIL  ${name}\n${indent(error instanceof Error ? error.message : String(error))}`,
      )
      return undefined
    }
  }

  /** Prints the totals and hands them to .ci/run. @returns whether all checks passed. */
  function finish() {
    const { passed, failed } = counts
    const file = process.env['SLUICE_TEST_COUNTS']
    if (file) appendFileSync(file, `${passed} ${failed}\n`)
    console.log(`\n${passed} passed, ${failed} failed`)
    return failed === 0
  }

  return { check, finish }
}

/** Prints what is worth knowing and decides nothing. */
export function note(text) {
  console.log(`note  ${text}`)
}

function indent(text) {
  return text
    .trim()
    .split('\n')
    .map((line) => `      ${line}`)
    .join('\n')
}
