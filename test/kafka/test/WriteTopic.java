import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes the records that a reader may get wrong to partition 0, or else a number of plain ones.
 *
 * Arguments: bootstrap servers, topic, and the number of plain records, if any.
 */
public class WriteTopic {
    public static void main(String[] args) throws Exception {
        Map<String, Object> config = Map.of("bootstrap.servers", args[0], "linger.ms", 5);
        ByteArraySerializer bytes = new ByteArraySerializer();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(config, bytes, bytes)) {
            if (args.length > 2) {
                writePlain(producer, args[1], Integer.parseInt(args[2]));
            } else {
                writeOdd(producer, args[1]);
            }
        }
    }

    private static void writeOdd(KafkaProducer<byte[], byte[]> producer, String topic) {
        byte[] empty = {};
        byte[] all = everyByte();
        List<Header> headers = List.of(
            header("twice", ascii("1")), header("null", null), header("twice", ascii("2")),
            header("", empty), header("a=b,c:d \u00e9", all));
        producer.send(record(topic, null, null, List.of()));
        producer.send(record(topic, empty, empty, List.of(header("only", null))));
        producer.send(record(topic, all, null, headers));
        producer.send(record(topic, null, all, headers));
        producer.send(record(topic, ascii("line\nend\r\n\"\\/"), ascii("-"), List.of()));
    }

    private static void writePlain(KafkaProducer<byte[], byte[]> producer, String topic, int count) {
        for (int i = 0; i < count; i++) {
            producer.send(new ProducerRecord<>(topic, ascii("key " + i), ascii("value " + i + " ".repeat(90))));
        }
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, byte[] key, byte[] value, List<Header> headers) {
        return new ProducerRecord<>(topic, 0, 1_700_000_000_123L, key, value, headers);
    }

    private static Header header(String name, byte[] value) {
        return new RecordHeader(name, value);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] everyByte() {
        byte[] bytes = new byte[256];
        for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) i;
        return bytes;
    }
}
