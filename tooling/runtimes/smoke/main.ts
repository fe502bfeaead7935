import process from 'node:process'
import { checks } from './checks.js'

/** Runs one check, by its title. Nothing here calls `process.exit`: that the process ends by itself is a part of each check. */
const title = process.argv[2] ?? ''
const check = checks[title]
if (check === undefined) throw new Error(`there is no check ${title}`)
await check()
console.log('done')
