import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.AppInfoParser;

/**
 * The program of Kafka's own producer for `npm run bench -- peers`. Its argument is a task in JSON, and its last line of
 * output is the outcome: see bench/src/peers/task.ts.
 */
public class Produce {
    private static final int KEYS = 10_000;

    private final JsonNode task;
    private final KafkaProducer<String, byte[]> producer;
    private final String topic;
    private final String[] keys = new String[KEYS];
    private final byte[][] values;
    private final int recordsPerPartition;
    private final int partitions;
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    /** Of each record: when it was due, and then how long it took. */
    private long[] nanos;

    public static void main(String[] args) throws Exception {
        long base = memory("VmRSS");
        JsonNode task = new ObjectMapper().readTree(args[0]);
        int warmUp = task.get("warmUp").asInt();
        int count = task.get("count").asInt();
        Produce program = new Produce(task);
        program.drive(warmUp);
        long begun = System.nanoTime();
        long cpu = processNanos();
        long main = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        program.drive(count);
        main = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - main;
        cpu = processNanos() - cpu;
        long wall = System.nanoTime() - begun;
        program.producer.close();
        Map<String, Object> outcome = new HashMap<>();
        outcome.put("client", "Java " + AppInfoParser.getVersion());
        outcome.put("sent", warmUp + count);
        outcome.put("wallMs", wall / 1e6);
        outcome.put("cpuMicros", cpu / 1e3);
        outcome.put("mainCpuMicros", main / 1e3);
        outcome.put("eventLoopUtilisation", null);
        outcome.put("baseRssKiB", base);
        outcome.put("peakRssKiB", memory("VmHWM"));
        outcome.put("latency", program.latency());
        System.out.println(new ObjectMapper().writeValueAsString(outcome));
    }

    /** All as Java sets it, but for what the workload asks. */
    private Produce(JsonNode task) throws Exception {
        this.task = task;
        topic = task.get("topic").asText();
        partitions = task.get("partitions").asInt();
        recordsPerPartition = task.get("recordsPerPartition").asInt();
        Arrays.setAll(keys, i -> String.format("key-%012d", i));
        int valueBytes = task.get("valueBytes").asInt();
        byte[] all = Files.readAllBytes(Path.of(task.get("valuesFile").asText()));
        values = new byte[all.length / valueBytes][];
        Arrays.setAll(values, i -> Arrays.copyOfRange(all, i * valueBytes, (i + 1) * valueBytes));
        Map<String, Object> config = new HashMap<>();
        config.put("bootstrap.servers", task.get("bootstrapServers").asText());
        config.put("acks", "all");
        config.put("enable.idempotence", true);
        if (task.get("lz4").asBoolean()) config.put("compression.type", "lz4");
        setIfGiven(config, "linger.ms", task.get("lingerMs").asInt());
        setIfGiven(config, "batch.size", task.get("batchBytes").asInt());
        producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
    }

    private static void setIfGiven(Map<String, Object> config, String name, int value) {
        if (value >= 0) config.put(name, value);
    }

    private void drive(int count) throws Exception {
        String load = task.get("load").asText();
        nanos = load.equals("flood") ? null : new long[count];
        CountDownLatch acknowledged = new CountDownLatch(count);
        if (load.equals("flood")) {
            for (int i = 0; i < count; i++) send(i, acknowledged);
        } else if (load.equals("open")) {
            sendByClock(count, task.get("perSecond").asLong(), acknowledged);
        } else if (task.get("tasks").asInt() == 1) {
            awaitEach(count, acknowledged);
        } else {
            int tasks = Math.min(count, task.get("tasks").asInt());
            for (int i = 0; i < tasks; i++) sendAndNext(i, tasks, count, acknowledged);
        }
        producer.flush();
        acknowledged.await();
        if (failure.get() != null) throw failure.get();
    }

    private ProducerRecord<String, byte[]> record(int i) {
        Integer partition = recordsPerPartition == 0 ? null : i / recordsPerPartition % partitions;
        return new ProducerRecord<>(topic, partition, keys[i % KEYS], values[i % values.length]);
    }

    private void send(int i, CountDownLatch acknowledged) {
        producer.send(record(i), (metadata, error) -> settle(i, error, acknowledged));
    }

    /** The thread waits for each record, as a program that needs the answer does. */
    private void awaitEach(int count, CountDownLatch acknowledged) throws Exception {
        for (int i = 0; i < count; i++) {
            nanos[i] = System.nanoTime();
            producer.send(record(i)).get();
            settle(i, null, acknowledged);
        }
    }

    /** The acknowledgement of a record sends the next one of its task. */
    private void sendAndNext(int i, int tasks, int count, CountDownLatch acknowledged) {
        nanos[i] = System.nanoTime();
        producer.send(record(i), (metadata, error) -> {
            settle(i, error, acknowledged);
            if (i + tasks < count) sendAndNext(i + tasks, tasks, count, acknowledged);
        });
    }

    /** Sends each record when it is due, and counts its latency from then. */
    private void sendByClock(int count, long perSecond, CountDownLatch acknowledged) {
        long begun = System.nanoTime();
        for (int sent = 0; sent < count;) {
            long due = (System.nanoTime() - begun) * perSecond / 1_000_000_000L + 1;
            for (; sent < due && sent < count; sent++) {
                nanos[sent] = begun + sent * 1_000_000_000L / perSecond;
                send(sent, acknowledged);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    private void settle(int i, Exception error, CountDownLatch acknowledged) {
        if (error != null) failure.set(error);
        if (nanos != null) nanos[i] = System.nanoTime() - nanos[i];
        acknowledged.countDown();
    }

    private Map<String, Double> latency() {
        if (nanos == null) return null;
        Arrays.sort(nanos);
        return Map.of("p50Ms", at(0.5), "p99Ms", at(0.99), "p999Ms", at(0.999),
            "maxMs", nanos[nanos.length - 1] / 1e6);
    }

    private double at(double share) {
        return nanos[(int) (nanos.length * share)] / 1e6;
    }

    private static long processNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime();
    }

    /** Of /proc/self/status, in KiB. */
    private static long memory(String name) throws Exception {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.UTF_8)) {
            if (line.startsWith(name + ":")) return Long.parseLong(line.replaceAll("\\D", ""));
        }
        return 0;
    }
}
