import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.protocol.Readable;

/**
 * Answers, a line for a line, what Kafka's own classes make of a message. The parts of a line have tabs between:
 *
 *   define MESSAGE                     its definition as JSON, or null where there is none
 *   header KEY VERSION                 the versions of the API's request header and response header
 *   write  MESSAGE VERSION JSON        the bytes Java writes, in hex
 *   read   MESSAGE VERSION JSON HEX    true where Java reads the bytes as that value, to the end
 *
 * Where Java refuses, the answer is its exception.
 */
public class MessageOracle {
    private static final ObjectMapper JSON =
        new ObjectMapper().configure(JsonParser.Feature.ALLOW_COMMENTS, true);

    public static void main(String[] args) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.println(answer(line.split("\t")).replace('\n', ' '));
        }
    }

    private static String answer(String[] parts) {
        try {
            switch (parts[0]) {
                case "define": return define(parts[1]);
                case "header": return headerVersions(ApiKeys.forId(Integer.parseInt(parts[1])), Short.parseShort(parts[2]));
                case "write": return write(parts[1], Short.parseShort(parts[2]), parts[3]);
                default: return String.valueOf(
                    reads(parts[1], Short.parseShort(parts[2]), parts[3], parts.length > 4 ? parts[4] : ""));
            }
        } catch (Exception e) {
            return String.valueOf(e.getCause() == null ? e : e.getCause());
        }
    }

    private static String define(String name) throws Exception {
        try (InputStream file = Message.class.getResourceAsStream("/common/message/" + name + ".json")) {
            return file == null ? "null" : JSON.readTree(file).toString();
        }
    }

    private static String headerVersions(ApiKeys api, short version) {
        return api.requestHeaderVersion(version) + " " + api.responseHeaderVersion(version);
    }

    private static String write(String name, short version, String json) throws Exception {
        Message message = fromJson(name, version, json);
        ObjectSerializationCache cache = new ObjectSerializationCache();
        ByteBuffer bytes = ByteBuffer.allocate(message.size(cache, version));
        message.write(new ByteBufferAccessor(bytes), cache, version);
        return HexFormat.of().formatHex(bytes.array(), 0, bytes.position());
    }

    private static boolean reads(String name, short version, String json, String hex) throws Exception {
        ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
        Object read = classOf(name + "Data").getConstructor(Readable.class, short.class)
            .newInstance(new ByteBufferAccessor(bytes), version);
        return read.equals(fromJson(name, version, json)) && !bytes.hasRemaining();
    }

    private static Message fromJson(String name, short version, String json) throws Exception {
        return (Message) classOf(name + "DataJsonConverter").getMethod("read", JsonNode.class, short.class)
            .invoke(null, JSON.readTree(json), version);
    }

    private static Class<?> classOf(String name) throws ClassNotFoundException {
        return Class.forName("org.apache.kafka.common.message." + name);
    }
}
