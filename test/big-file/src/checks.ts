import { appendFileSync } from 'node:fs'
import process from 'node:process'

/** Prints whether what was claimed holds, and counts. */
export class Checks {
  #passed = 0
  #failed = 0

  /** @param detail - the figures that decide */
  check(claim: string, holds: boolean, detail: string): void {
    if (holds) this.#passed++
    else this.#failed++
    console.log(`${holds ? 'ok  ' : 'FAIL'}  ${claim}: ${detail}`)
  }

  /** Prints the totals, and hands them to the CI run. */
  finish(): void {
    const counts = process.env['SLUICE_TEST_COUNTS']
    if (counts) appendFileSync(counts, `${this.#passed} ${this.#failed}\n`)
    console.log(`\n${this.#passed} passed, ${this.#failed} failed`)
    process.exitCode = this.#failed === 0 ? 0 : 1
  }
}
