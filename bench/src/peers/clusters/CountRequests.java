import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * Tells how many Produce requests a broker has taken. A line of input asks, a line answers:
 *
 * connect PORT: to the JMX of a broker of this machine; "ok".
 * count: the requests since it started.
 *
 * A failure is "failed", and what it was.
 */
public class CountRequests {
    private static MBeanServerConnection broker;

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
        if (question[0].equals("connect")) {
            String url = "service:jmx:rmi:///jndi/rmi://127.0.0.1:" + question[1] + "/jmxrmi";
            broker = JMXConnectorFactory.connect(new JMXServiceURL(url)).getMBeanServerConnection();
            return "ok";
        }
        return String.valueOf(count());
    }

    /** Kafka counts each version of the request for itself. */
    private static long count() throws Exception {
        ObjectName all = new ObjectName(
            "kafka.network:type=RequestMetrics,name=RequestsPerSec,request=Produce,*");
        long sum = 0;
        for (ObjectName each : broker.queryNames(all, null)) {
            sum += (Long) broker.getAttribute(each, "Count");
        }
        return sum;
    }
}
