import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Transactions of Kafka's own producer: five that are committed with an offset, an aborted one between any two of them,
 * and one that the next instance of the producer fences. Prints what became of the last.
 *
 * Arguments: bootstrap servers, topic with three partitions, group.
 */
public class Transactions {
    private static KafkaProducer<String, String> producer(String servers) {
        Map<String, Object> config = Map.of("bootstrap.servers", servers, "transactional.id", "java");
        StringSerializer text = new StringSerializer();
        KafkaProducer<String, String> producer = new KafkaProducer<>(config, text, text);
        producer.initTransactions();
        return producer;
    }

    private static void send(KafkaProducer<String, String> producer, String topic, String value) {
        for (int partition = 0; partition < 3; partition++) {
            producer.send(new ProducerRecord<>(topic, partition, null, value));
        }
    }

    public static void main(String[] args) throws Exception {
        KafkaProducer<String, String> producer = producer(args[0]);
        for (int round = 0; round < 5; round++) {
            producer.beginTransaction();
            send(producer, args[1], "committed " + round);
            producer.sendOffsetsToTransaction(
                Map.of(new TopicPartition(args[1], 0), new OffsetAndMetadata(round)),
                new ConsumerGroupMetadata(args[2]));
            producer.commitTransaction();
            producer.beginTransaction();
            send(producer, args[1], "aborted " + round);
            producer.flush();
            producer.abortTransaction();
        }
        producer.beginTransaction();
        send(producer, args[1], "of the fenced producer");
        producer.flush();
        producer(args[0]).close();
        try {
            producer.commitTransaction();
            System.out.println("committed");
        } catch (ProducerFencedException fenced) {
            System.out.println("fenced");
        }
        producer.close();
    }
}
