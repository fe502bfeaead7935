'use strict'

// By the file that agents hook, and as the class that they have put there.
const Kafka = require('./src/index.js')
const { Kafka: _own, loadOriginalBy: _loadOriginalBy, ...others } = require('./dist/index.cjs')

module.exports = { Kafka, ...others }
