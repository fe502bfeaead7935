/** What stands below the options of `sluice produce --help`. */
export const produceHelp = `
Every option can also be a variable (SLUICE_TOPIC for --topic), or a line of the file of --config
(topic = orders). Secrets never stand on the command line: use a file, or a variable.

Examples:
  Lines of a file, keys before a tab:
    sluice produce -b localhost:9092 -t orders -K '\\t' orders.tsv
  Lines of JSON, and CSV whose first row names the columns:
    sluice produce -b localhost:9092 -t orders -f json --key-field order.id orders.jsonl
    sluice produce -b localhost:9092 -t orders -f csv --key-field id orders.csv
  What another program prints:
    tail -f app.log | sluice produce -b localhost:9092 -t logs
  One record with all bytes of a file:
    sluice produce -b localhost:9092 -t images --format whole --key logo logo.png
  In transactions of 5,000 records:
    sluice produce -b localhost:9092 -t orders --transactional-id import-7 \\
      --transaction-records 5000 orders.txt
  With TLS and SASL:
    SLUICE_SASL_PASSWORD=… sluice produce -b broker:9093 -t orders --tls \\
      --sasl-mechanism scram-sha-512 --sasl-username orders orders.txt

The exit code is 0 if every record was acknowledged, 1 if not, 2 if the command was called wrongly,
and 130 or 143 after Ctrl-C or SIGTERM. The last line counts records: acknowledged, failed (surely
not in the log), and possibly written. In transactions it counts what is committed; what was open
when the command was ended has failed.`
