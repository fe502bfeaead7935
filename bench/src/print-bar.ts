/** Tells whether a bar holds that a bench sets. */
export function printBar(holds: boolean, found: string, wanted: string): void {
  console.log(`${holds ? 'holds ' : 'MISSED'} ${found}: ${wanted}`)
}
