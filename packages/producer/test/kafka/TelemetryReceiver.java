import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsReporter;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.telemetry.ClientTelemetry;
import org.apache.kafka.server.telemetry.ClientTelemetryPayload;
import org.apache.kafka.server.telemetry.ClientTelemetryReceiver;
import org.apache.kafka.shaded.io.opentelemetry.proto.common.v1.KeyValue;
import org.apache.kafka.shaded.io.opentelemetry.proto.metrics.v1.Metric;
import org.apache.kafka.shaded.io.opentelemetry.proto.metrics.v1.MetricsData;
import org.apache.kafka.shaded.io.opentelemetry.proto.metrics.v1.NumberDataPoint;

/** A plug-in of a broker that prints the metrics of clients (KIP-714), a line each: client, whether it is its last push, name, kind, value, labels. */
public class TelemetryReceiver implements MetricsReporter, ClientTelemetry {
    @Override
    public ClientTelemetryReceiver clientReceiver() {
        return TelemetryReceiver::print;
    }

    private static void print(AuthorizableRequestContext context, ClientTelemetryPayload payload) {
        try {
            ByteBuffer data = payload.data();
            MetricsData metrics = MetricsData.parseFrom(data);
            metrics.getResourceMetricsList().forEach(resource -> {
                String about = context.clientId() + "\t" + payload.isTerminating() + "\t" + labels(resource.getResource().getAttributesList());
                resource.getScopeMetricsList().forEach(scope -> scope.getMetricsList().forEach(metric -> print(about, metric)));
            });
        } catch (Exception e) {
            System.out.println("telemetry\tunreadable\t" + e);
        }
    }

    private static void print(String about, Metric metric) {
        boolean isSum = metric.hasSum();
        String kind = isSum ? metric.getSum().getAggregationTemporality() + (metric.getSum().getIsMonotonic() ? " monotonic" : "") : "gauge";
        List<NumberDataPoint> points = isSum ? metric.getSum().getDataPointsList() : metric.getGauge().getDataPointsList();
        for (NumberDataPoint point : points)
            System.out.println("telemetry\t" + about + "\t" + metric.getName() + "\t" + kind + "\t" + point.getAsDouble() + "\t" + labels(point.getAttributesList()));
    }

    private static String labels(List<KeyValue> attributes) {
        List<String> pairs = new ArrayList<>();
        attributes.forEach(pair -> pairs.add(pair.getKey() + "=" + pair.getValue().getStringValue()));
        return String.join(",", pairs);
    }

    @Override
    public void init(List<KafkaMetric> metrics) {
    }

    @Override
    public void metricChange(KafkaMetric metric) {
    }

    @Override
    public void metricRemoval(KafkaMetric metric) {
    }

    @Override
    public void close() {
    }

    @Override
    public void configure(Map<String, ?> configs) {
    }
}
