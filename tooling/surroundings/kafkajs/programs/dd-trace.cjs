'use strict'

const tracer = require('dd-trace').init({ startupLogs: false, flushInterval: 60_000 })
const sendTraced = require('./traced-by-agent.cjs')

sendTraced((work) => tracer.trace('request', work)).then(
  () => process.exit(0),
  (error) => {
    console.error(error)
    process.exit(1)
  },
)
