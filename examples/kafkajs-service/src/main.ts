import { Orders } from './orders.js'

const brokers = (process.argv[2] ?? 'localhost:9092').split(',')
const orders = new Orders({ brokers, log: (line) => console.error(line) })
await orders.start()
console.log(await orders.take({ id: 'o-17', region: 'eu', cents: 1_200 }))
await orders.bill({ id: 'o-18', region: 'us', cents: 900 })
await orders.stop()
