export type { Fault } from './fault.js'
export { playRow } from './row.js'
export { tableHead, tableRow } from './table.js'
