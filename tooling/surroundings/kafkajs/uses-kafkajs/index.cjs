'use strict'

module.exports = require('kafkajs')
