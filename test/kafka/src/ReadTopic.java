import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.FileDescriptor;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Prints every record of a topic, a line each: partition, offset, timestamp, timestamp type, key,
 * value, headers. Bytes are in base64, null is a hyphen, headers are name:value with commas between.
 *
 * Arguments: bootstrap servers, topic, partition (-1 for all), isolation level.
 */
public class ReadTopic {
    private static final Base64.Encoder BASE64 = Base64.getEncoder();
    private static final long TIMEOUT_MS = 60_000;

    public static void main(String[] args) {
        Map<String, Object> config = Map.of(
            "bootstrap.servers", args[0],
            "isolation.level", args[3],
            "enable.auto.commit", false,
            "allow.auto.create.topics", false,
            "max.poll.records", 10_000,
            "default.api.timeout.ms", 30_000);
        ByteArrayDeserializer bytes = new ByteArrayDeserializer();
        PrintStream out = new PrintStream(
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16),
            false, StandardCharsets.US_ASCII);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(config, bytes, bytes)) {
            List<TopicPartition> partitions = partitions(consumer, args[1], Integer.parseInt(args[2]));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            read(consumer, out);
        }
        out.flush();
    }

    private static List<TopicPartition> partitions(KafkaConsumer<?, ?> consumer, String topic, int wanted) {
        List<TopicPartition> found = consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .filter(partition -> wanted < 0 || partition.partition() == wanted)
            .collect(Collectors.toList());
        if (found.isEmpty()) throw new IllegalStateException("No such topic or partition: " + topic);
        return found;
    }

    private static void read(KafkaConsumer<byte[], byte[]> consumer, PrintStream out) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        long progress = System.currentTimeMillis();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                if (record.offset() >= ends.get(new TopicPartition(record.topic(), record.partition()))) continue;
                out.print(line(record));
                progress = System.currentTimeMillis();
            }
            if (System.currentTimeMillis() - progress > TIMEOUT_MS) {
                throw new IllegalStateException("Nothing read for " + TIMEOUT_MS + " ms; ends: " + ends);
            }
        }
    }

    private static String line(ConsumerRecord<byte[], byte[]> record) {
        StringJoiner headers = new StringJoiner(",");
        for (Header header : record.headers()) {
            byte[] name = header.key().getBytes(StandardCharsets.UTF_8);
            headers.add(BASE64.encodeToString(name) + ":" + base64(header.value()));
        }
        return record.partition() + " " + record.offset() + " " + record.timestamp() + " "
            + record.timestampType() + " " + base64(record.key()) + " " + base64(record.value()) + " "
            + headers + "\n";
    }

    private static String base64(byte[] bytes) {
        return bytes == null ? "-" : BASE64.encodeToString(bytes);
    }
}
