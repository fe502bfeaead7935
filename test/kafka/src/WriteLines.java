import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Writes every line of a file to partition 0.
 *
 * Arguments: bootstrap servers, topic, compression type, file.
 */
public class WriteLines {
    public static void main(String[] args) throws Exception {
        Map<String, Object> config = Map.of(
            "bootstrap.servers", args[0],
            "compression.type", args[2],
            "batch.size", 512 * 1024,
            "linger.ms", 200);
        StringSerializer text = new StringSerializer();
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(config, text, text)) {
            List<Future<?>> sends = new ArrayList<>();
            for (String line : Files.readAllLines(Path.of(args[3]))) {
                sends.add(producer.send(new ProducerRecord<>(args[1], 0, null, line)));
            }
            producer.flush();
            for (Future<?> send : sends) send.get();
        }
    }
}
