import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Iterator;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.*;
import org.apache.kafka.common.record.internal.*;

/**
 * Reads and writes record batches with Kafka's own classes, a line for a line. The parts of a line have a tab between:
 *
 *   write  JSON    the bytes of the batch, in hex
 *   read   HEX     the batch as JSON
 *
 * In the JSON bytes are in base64 and 64-bit numbers are text. Where Java refuses, the answer is its exception.
 */
public class BatchOracle {
    private static final ObjectMapper JSON = new ObjectMapper();

    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] parts = line.split("\t");
            try {
                System.out.println(parts[0].equals("write") ? write(JSON.readTree(parts[1])) : read(parts[1]));
            } catch (Exception e) {
                System.out.println(e.toString().replace('\n', ' '));
            }
        }
    }

    private static String write(JsonNode batch) throws IOException {
        MemoryRecordsBuilder builder = MemoryRecords.builder(ByteBuffer.allocate(1024), RecordBatch.MAGIC_VALUE_V2,
            Compression.of(batch.get("codec").textValue()).build(), TimestampType.CREATE_TIME,
            batch.get("baseOffset").asLong(), RecordBatch.NO_TIMESTAMP, batch.get("producerId").asLong(),
            (short) batch.get("producerEpoch").intValue(), batch.get("baseSequence").intValue(),
            batch.get("transactional").booleanValue(), RecordBatch.NO_PARTITION_LEADER_EPOCH);
        for (JsonNode record : batch.get("records")) {
            builder.append(record.get("timestamp").asLong(), record.get("key").binaryValue(),
                record.get("value").binaryValue(), headers(record.get("headers")));
        }
        return HexFormat.of().formatHex(bytes(builder.build().buffer()));
    }

    private static Header[] headers(JsonNode pairs) throws IOException {
        Header[] headers = new Header[pairs.size()];
        for (int i = 0; i < headers.length; i++) {
            headers[i] = new RecordHeader(pairs.get(i).get(0).textValue(), pairs.get(i).get(1).binaryValue());
        }
        return headers;
    }

    private static String read(String hex) {
        Iterator<MutableRecordBatch> batches =
            MemoryRecords.readableRecords(ByteBuffer.wrap(HexFormat.of().parseHex(hex))).batches().iterator();
        MutableRecordBatch batch = batches.next();
        if (batches.hasNext()) throw new IllegalStateException("more than one batch");
        batch.ensureValid();
        ObjectNode json = JSON.createObjectNode()
            .put("codec", batch.compressionType().name)
            .put("baseOffset", String.valueOf(batch.baseOffset()))
            .put("maxTimestamp", String.valueOf(batch.maxTimestamp()))
            .put("producerId", String.valueOf(batch.producerId()))
            .put("producerEpoch", batch.producerEpoch())
            .put("baseSequence", batch.baseSequence())
            .put("nextSequence", batch.lastSequence() == -1 ? -1 : DefaultRecordBatch.incrementSequence(batch.lastSequence(), 1))
            .put("transactional", batch.isTransactional());
        ArrayNode records = json.putArray("records");
        for (org.apache.kafka.common.record.internal.Record record : batch) describe(record, records.addObject());
        return json.toString();
    }

    private static void describe(org.apache.kafka.common.record.internal.Record record, ObjectNode json) {
        json.put("offset", String.valueOf(record.offset()))
            .put("timestamp", String.valueOf(record.timestamp()))
            .put("key", bytes(record.key()))
            .put("value", bytes(record.value()));
        ArrayNode headers = json.putArray("headers");
        for (Header header : record.headers()) headers.addArray().add(header.key()).add(header.value());
    }

    private static byte[] bytes(ByteBuffer buffer) {
        if (buffer == null) return null;
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
