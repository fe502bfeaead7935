/** What `--help` prints. */
export const help = `Produces records into Kafka, reads them back and checks every one.

  npm run demo                                       20 000 orders into three brokers in this process
  npm run demo -- --file orders.ndjson --key id      every line of a file
  cat orders.ndjson | npm run demo -- --key id       every line of stdin
  npm run demo -- --bootstrap localhost:9092         the same on a real Kafka
  npm run demo -- --watch                            shows the producer in the browser, and sends until Ctrl-C

Options (behind \`--\`, which hands them past npm):
  --file <path>           the lines to produce; \`-\` waits for stdin as long as it takes
  --key <field>           the field of each JSON line that becomes the record's key
                          (default: customerId for the bundled orders, else records have no key)
  --topic <name>          default: orders, on a real Kafka with a suffix of its own; created where it is missing
  --count <n>             how many of the bundled orders (default: 20000)
  --compression <codec>   gzip or none (default: none)
  --bootstrap <servers>   host:port of a real Kafka, several with commas; the topic gets the partitions that
                          its brokers give new topics
  --watch                 serves a page of the producer, and sends the records again and again, 2000 a second, until
                          Ctrl-C, without reading them back; a broker of this process falls silent from time to time
  --help                  this text
`
