'use strict'

/*
 * The door of the class, at the place where kafkajs has it: agents that watch programs hook this file, and put a class of their own in the
 * place of ours.
 */
const { Kafka, loadOriginalBy } = require('../dist/index.cjs')

loadOriginalBy(() => require('kafkajs-original').Kafka)

module.exports = Kafka
