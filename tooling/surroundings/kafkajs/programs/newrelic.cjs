'use strict'

const newrelic = require('newrelic')
const sendTraced = require('./traced-by-agent.cjs')

sendTraced((work) => newrelic.startBackgroundTransaction('request', work)).then(
  () => process.exit(0),
  (error) => {
    console.error(error)
    process.exit(1)
  },
)
