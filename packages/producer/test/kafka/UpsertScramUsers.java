import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;

/**
 * Makes users of SCRAM with Kafka's own Admin client, each for both mechanisms.
 *
 * Arguments: bootstrap servers, then for each user the name and the password, both UTF-8 in base64.
 */
public class UpsertScramUsers {
    public static void main(String[] args) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", args[0]))) {
            // One request may alter each user once.
            for (ScramMechanism mechanism : List.of(ScramMechanism.SCRAM_SHA_256, ScramMechanism.SCRAM_SHA_512)) {
                admin.alterUserScramCredentials(users(args, mechanism)).all().get();
            }
        }
    }

    private static List<UserScramCredentialAlteration> users(String[] args, ScramMechanism mechanism) {
        List<UserScramCredentialAlteration> users = new ArrayList<>();
        for (int at = 1; at < args.length; at += 2) {
            ScramCredentialInfo info = new ScramCredentialInfo(mechanism, 4096);
            users.add(new UserScramCredentialUpsertion(text(args[at]), info, text(args[at + 1])));
        }
        return users;
    }

    private static String text(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }
}
