import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Tells of the transactions of a topic as Kafka's own clients see them. A line of input asks, a line answers:
 *
 * open SERVERS TOPIC: reads that topic from its beginning from now on, with read_committed; "ok".
 * more: the records up to the last stable offset that were not told before: partition:value, with blanks between.
 * lag: by how many offsets the last stable offsets are behind the ends, over all partitions.
 * open-transactions: the producers with an open transaction in a partition, and the transactions that the coordinators
 * have not ended, with commas between; "unsupported" of brokers before 3.0.
 *
 * A failure is "failed", and what it was.
 */
public class Committed {
    private static KafkaConsumer<String, String> consumer;
    private static Admin admin;
    private static List<TopicPartition> partitions;

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
            case "open": return open(question[1], question[2]);
            case "more": return more();
            case "lag": return String.valueOf(lag());
            default: return openTransactions();
        }
    }

    private static String open(String servers, String topic) {
        if (consumer != null) consumer.close(Duration.ZERO);
        // An Admin that has lost a broker may fail to list its transactions ("Unexpected key set").
        if (admin != null) admin.close(Duration.ZERO);
        admin = Admin.create(Map.of("bootstrap.servers", servers, "default.api.timeout.ms", 30_000));
        StringDeserializer text = new StringDeserializer();
        consumer = new KafkaConsumer<>(Map.of(
            "bootstrap.servers", servers,
            "isolation.level", "read_committed",
            "enable.auto.commit", false,
            "allow.auto.create.topics", false,
            "max.poll.records", 10_000,
            "default.api.timeout.ms", 30_000), text, text);
        partitions = consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .collect(Collectors.toList());
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return "ok";
    }

    private static String more() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        StringJoiner records = new StringJoiner(" ");
        long until = System.currentTimeMillis() + 30_000;
        while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
            if (System.currentTimeMillis() > until) throw new IllegalStateException("no end in 30 s; ends: " + ends);
            for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
                records.add(record.partition() + ":" + record.value());
            }
        }
        return records.toString();
    }

    private static long lag() throws Exception {
        Map<TopicPartition, Long> ends = ends(IsolationLevel.READ_UNCOMMITTED);
        Map<TopicPartition, Long> stable = ends(IsolationLevel.READ_COMMITTED);
        return partitions.stream().mapToLong(each -> Math.max(0, ends.get(each) - stable.get(each))).sum();
    }

    private static Map<TopicPartition, Long> ends(IsolationLevel level) throws Exception {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        for (TopicPartition each : partitions) latest.put(each, OffsetSpec.latest());
        Map<TopicPartition, ListOffsetsResultInfo> found =
            admin.listOffsets(latest, new ListOffsetsOptions(level)).all().get();
        Map<TopicPartition, Long> ends = new HashMap<>();
        found.forEach((partition, info) -> ends.put(partition, info.offset()));
        return ends;
    }

    private static String openTransactions() throws Exception {
        List<String> open = new ArrayList<>();
        try {
            admin.describeProducers(partitions).all().get().forEach((partition, state) ->
                state.activeProducers().stream()
                    .filter(producer -> producer.currentTransactionStartOffset().isPresent())
                    .forEach(producer -> open.add(partition + " has one of producer " + producer.producerId()
                        + " from offset " + producer.currentTransactionStartOffset().getAsLong())));
            admin.listTransactions().all().get().stream()
                .filter(each -> !each.state().toString().matches("Empty|CompleteCommit|CompleteAbort|Dead"))
                .forEach(each -> open.add(each.transactionalId() + " is " + each.state()));
        } catch (ExecutionException error) {
            if (error.getCause() instanceof UnsupportedVersionException) return "unsupported";
            throw error;
        }
        return String.join(",", open);
    }
}
