import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.serialization.StringSerializer;

/** Kafka's own producer under the load of metrics-load.ts, and its metrics. Each line of input is answered with one line. */
public class ProducerMetrics {
    private static KafkaProducer<String, String> producer;
    private static Thread begunFlush;

    public static void main(String[] args) throws Exception {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            String answer;
            try {
                answer = answer(line.split(" "));
            } catch (Exception error) {
                answer = "failed " + error;
            }
            System.out.println(answer);
        }
    }

    private static String answer(String[] words) throws Exception {
        switch (words[0]) {
            case "open":
                Properties config = new Properties();
                for (int at = 1; at < words.length; at += 2) config.put(words[at], words[at + 1]);
                producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
                return "ok";
            case "append":
                append(words[1], Integer.parseInt(words[2]), Integer.parseInt(words[3]), Integer.parseInt(words[4]));
                return "ok";
            case "flush":
                producer.flush();
                // While a begun flush has not ended, or its thread has not even started, records appended next would be sent at once.
                if (begunFlush != null) begunFlush.join();
                return "ok";
            case "begin-flush":
                begunFlush = new Thread(producer::flush);
                begunFlush.start();
                return "ok";
            case "metrics":
                return new ObjectMapper().writeValueAsString(metrics());
            default:
                producer.close();
                return "ok";
        }
    }

    /** So many records for each of the partitions, the same ones as in metrics-load.ts. */
    private static void append(String topic, int partitions, int first, int count) {
        for (int at = 0; at < count; at++)
            for (int partition = 0; partition < partitions; partition++)
                producer.send(new ProducerRecord<>(topic, partition, null, value(first + at)));
    }

    private static String value(int index) {
        StringBuilder value = new StringBuilder();
        int x = index;
        for (int word = 0; word <= index % 20; word++) {
            x = x * 1664525 + 1013904223;
            value.append(Integer.toHexString(x)).append(',');
        }
        return value.toString();
    }

    /** By group, label and name: "producer-metrics record-send-total", "producer-topic-metrics orders byte-total". */
    private static Map<String, Double> metrics() {
        Map<String, Double> metrics = new TreeMap<>();
        for (Metric metric : producer.metrics().values()) {
            if (!(metric.metricValue() instanceof Number)) continue;
            Map<String, String> tags = metric.metricName().tags();
            String label = tags.getOrDefault("topic", tags.getOrDefault("node-id", ""));
            String key = metric.metricName().group() + (label.isEmpty() ? " " : " " + label + " ") + metric.metricName().name();
            double value = ((Number) metric.metricValue()).doubleValue();
            // JSON has no NaN: Java's average of nothing.
            if (Double.isFinite(value)) metrics.put(key, value);
        }
        return metrics;
    }
}
