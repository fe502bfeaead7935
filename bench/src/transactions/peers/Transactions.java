import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import com.sun.management.OperatingSystemMXBean;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Kafka's own clients, for the bench of transactions. A line of input asks, a line answers:
 *
 * open SERVERS TRANSACTIONAL_ID: a producer, which gets its producer id; "ok". Without a TRANSACTIONAL_ID it is idempotent.
 * run COUNT TOPIC PARTITIONS VALUE_BYTES: that many transactions of one record, one after the other, each to the next
 * partition. The microseconds that begin, send and commit of each took, with blanks between.
 * groups COUNT RECORDS TOPIC VALUE_BYTES: that many groups of RECORDS records, each group a transaction, or flushed where
 * there are no transactions. The microseconds of CPU and of time which that took.
 * close: ends the producer; "ok".
 * read SERVERS TOPIC: counts the committed records of that topic from now on, from its beginning; "ok".
 * committed COUNT: how many committed records there are. Waits for COUNT of them, for a minute at most.
 *
 * A failure is "failed", and what it was.
 */
public class Transactions {
    private static final long WAIT_MS = 60_000;

    private static KafkaProducer<byte[], byte[]> producer;
    private static KafkaConsumer<byte[], byte[]> consumer;
    private static long committed;
    private static boolean transactional;
    private static volatile int failed;
    private static final Callback HEARD = (metadata, error) -> {
        if (error != null) failed++;
    };

    public static void main(String[] args) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String answer;
            try {
                answer = answer(line.split(" "));
            } catch (Exception error) {
                answer = "failed " + String.valueOf(error).replace('\n', ' ');
            }
            System.out.println(answer);
        }
        System.exit(0);
    }

    private static String answer(String[] question) throws Exception {
        switch (question[0]) {
            case "open": return open(question[1], question.length > 2 ? question[2] : null);
            case "run": return run(Integer.parseInt(question[1]), question[2],
                Integer.parseInt(question[3]), Integer.parseInt(question[4]));
            case "groups": return groups(Integer.parseInt(question[1]), Integer.parseInt(question[2]),
                question[3], Integer.parseInt(question[4]));
            case "close": return close();
            case "read": return read(question[1], question[2]);
            default: return committed(Long.parseLong(question[1]));
        }
    }

    /** All as Java sets it, but no linger: the record is awaited, and would wait five milliseconds for company. */
    private static String open(String servers, String transactionalId) {
        ByteArraySerializer bytes = new ByteArraySerializer();
        transactional = transactionalId != null;
        Map<String, Object> options = new HashMap<>(Map.of("bootstrap.servers", servers, "linger.ms", 0));
        if (transactional) options.put("transactional.id", transactionalId);
        producer = new KafkaProducer<>(options, bytes, bytes);
        if (transactional) producer.initTransactions();
        return "ok";
    }

    private static String run(int count, String topic, int partitions, int valueBytes) throws Exception {
        StringJoiner micros = new StringJoiner(" ");
        byte[] value = new byte[valueBytes];
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            producer.beginTransaction();
            long begun = System.nanoTime();
            producer.send(new ProducerRecord<>(topic, i % partitions, null, value)).get();
            long sent = System.nanoTime();
            producer.commitTransaction();
            long end = System.nanoTime();
            for (long nanos : new long[] {begun - start, sent - begun, end - sent}) {
                micros.add(String.valueOf(nanos / 1_000));
            }
        }
        return micros.toString();
    }

    /** The time of all threads counts: those that compile and collect garbage are a part of what a record costs. */
    private static String groups(int count, int records, String topic, int valueBytes) {
        byte[] value = new byte[valueBytes];
        byte[][] keys = new byte[records][];
        for (int i = 0; i < records; i++) {
            keys[i] = String.format("key-%012d", i).getBytes(StandardCharsets.UTF_8);
        }
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long cpu = system.getProcessCpuTime();
        long start = System.nanoTime();
        for (int group = 0; group < count; group++) {
            if (transactional) producer.beginTransaction();
            for (byte[] key : keys) producer.send(new ProducerRecord<>(topic, key, value), HEARD);
            if (transactional) producer.commitTransaction();
            else producer.flush();
        }
        if (failed > 0) throw new IllegalStateException(failed + " records failed");
        long end = System.nanoTime();
        return (system.getProcessCpuTime() - cpu) / 1_000 + " " + (end - start) / 1_000;
    }

    private static String close() {
        producer.close();
        return "ok";
    }

    private static String read(String servers, String topic) {
        ByteArrayDeserializer bytes = new ByteArrayDeserializer();
        consumer = new KafkaConsumer<>(Map.of(
            "bootstrap.servers", servers,
            "isolation.level", "read_committed",
            "enable.auto.commit", false,
            "allow.auto.create.topics", false,
            "max.poll.records", 10_000), bytes, bytes);
        consumer.assign(consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .collect(Collectors.toList()));
        consumer.seekToBeginning(consumer.assignment());
        return "ok";
    }

    /** Records beyond those that are waited for are found, too: the last poll must find none. */
    private static String committed(long wanted) {
        long until = System.currentTimeMillis() + WAIT_MS;
        int found;
        do {
            found = consumer.poll(Duration.ofMillis(500)).count();
            committed += found;
        } while (found > 0 || (committed < wanted && System.currentTimeMillis() < until));
        return String.valueOf(committed);
    }
}
