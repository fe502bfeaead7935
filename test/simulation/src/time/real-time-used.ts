/** The code under test has used what no simulation can foresee. */
export class RealTimeUsed extends Error {
  constructor(what: string) {
    super(`${what} of the real world was used in a simulation`)
    this.name = 'RealTimeUsed'
  }
}
