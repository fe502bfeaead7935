/*
 * The program of librdkafka for `npm run bench -- peers`. Its arguments are the fields of a task, as name=value, and its last
 * line of output is the outcome, in JSON: see bench/src/peers/task.ts.
 */
#include <librdkafka/rdkafka.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define KEYS 10000
#define KEY_BYTES 16

static char keys[KEYS][KEY_BYTES + 1];
static char *values;
static long value_bytes, value_count;
static const char *topic;
static long partitions, records_per_partition;

static long acknowledged, failed;
/* Of each record: when it was due, and then how long it took; in microseconds. */
static int64_t *micros;
/* Of the load "await": how many more each of the tasks sends. */
static long next_record, last_record;
static int awaiting;

static void fail(const char *what) {
  fprintf(stderr, "Error: %s\n", what);
  exit(1);
}

static const char *text_of(int argc, char **argv, const char *name) {
  size_t length = strlen(name);
  for (int i = 1; i < argc; i++)
    if (strncmp(argv[i], name, length) == 0 && argv[i][length] == '=') return argv[i] + length + 1;
  fail(name);
  return NULL;
}

static long number_of(int argc, char **argv, const char *name) {
  return strtol(text_of(argc, argv, name), NULL, 10);
}

static int64_t clock_micros(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t now_micros(void) { return clock_micros(CLOCK_MONOTONIC); }

/* Of /proc/self/status, in KiB. */
static long memory(const char *name) {
  char line[256];
  long kib = 0;
  FILE *status = fopen("/proc/self/status", "r");
  while (status != NULL && fgets(line, sizeof line, status) != NULL)
    if (strncmp(line, name, strlen(name)) == 0) sscanf(line + strlen(name), ": %ld", &kib);
  if (status != NULL) fclose(status);
  return kib;
}

static void read_values(const char *file) {
  FILE *from = fopen(file, "rb");
  if (from == NULL) fail("the file of values cannot be read");
  fseek(from, 0, SEEK_END);
  long bytes = ftell(from);
  rewind(from);
  values = malloc(bytes);
  if (fread(values, 1, bytes, from) != (size_t)bytes) fail("the file of values is cut off");
  fclose(from);
  value_count = bytes / value_bytes;
}

/* Hands over the record, and waits for room where the queue is full. Its number comes back with its acknowledgement. */
static void produce(rd_kafka_t *client, rd_kafka_topic_t *to, long i) {
  int32_t partition = records_per_partition == 0
                          ? RD_KAFKA_PARTITION_UA
                          : (int32_t)(i / records_per_partition % partitions);
  char *value = values + i % value_count * value_bytes;
  while (rd_kafka_produce(to, partition, RD_KAFKA_MSG_F_COPY, value, value_bytes, keys[i % KEYS],
                          KEY_BYTES, (void *)(intptr_t)i) == -1) {
    if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL)
      fail(rd_kafka_err2str(rd_kafka_last_error()));
    rd_kafka_poll(client, 10);
  }
}

static void on_delivery(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque) {
  acknowledged++;
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) failed++;
  if (micros == NULL) return;
  int64_t now = now_micros();
  long i = (long)(intptr_t)message->_private;
  micros[i] = now - micros[i];
  if (!awaiting || next_record >= last_record) return;
  long next = next_record++;
  micros[next] = now;
  produce(client, message->rkt, next);
}

static void flood(rd_kafka_t *client, rd_kafka_topic_t *to, long count) {
  for (long i = 0; i < count; i++) {
    produce(client, to, i);
    if (i % 1000 == 0) rd_kafka_poll(client, 0);
  }
}

/* Each acknowledgement sends the next record of its task. */
static void await_each(rd_kafka_t *client, rd_kafka_topic_t *to, long tasks, long count) {
  long first = tasks < count ? tasks : count;
  next_record = first;
  last_record = count;
  for (long i = 0; i < first; i++) {
    micros[i] = now_micros();
    produce(client, to, i);
  }
}

/* Sends each record when it is due, and counts its latency from then. */
static void send_by_clock(rd_kafka_t *client, rd_kafka_topic_t *to, long per_second, long count) {
  int64_t begun = now_micros();
  for (long sent = 0; sent < count;) {
    long due = (long)((now_micros() - begun) * per_second / 1000000) + 1;
    for (; sent < due && sent < count; sent++) {
      micros[sent] = begun + (int64_t)sent * 1000000 / per_second;
      produce(client, to, sent);
    }
    rd_kafka_poll(client, 1);
  }
}

static void drive(rd_kafka_t *client, rd_kafka_topic_t *to, int argc, char **argv, long count) {
  const char *load = text_of(argc, argv, "load");
  acknowledged = 0;
  awaiting = strcmp(load, "await") == 0;
  micros = strcmp(load, "flood") == 0 ? NULL : calloc(count, sizeof *micros);
  if (awaiting)
    await_each(client, to, number_of(argc, argv, "tasks"), count);
  else if (micros != NULL)
    send_by_clock(client, to, number_of(argc, argv, "perSecond"), count);
  else
    flood(client, to, count);
  while (acknowledged < count) rd_kafka_poll(client, 100);
  if (failed > 0) fail("records failed");
}

static void set(rd_kafka_conf_t *conf, const char *name, const char *value) {
  char error[512];
  if (rd_kafka_conf_set(conf, name, value, error, sizeof error) != RD_KAFKA_CONF_OK) fail(error);
}

static rd_kafka_t *open_client(int argc, char **argv) {
  rd_kafka_conf_t *conf = rd_kafka_conf_new();
  set(conf, "bootstrap.servers", text_of(argc, argv, "bootstrapServers"));
  set(conf, "acks", "all");
  set(conf, "enable.idempotence", "true");
  if (strcmp(text_of(argc, argv, "lz4"), "true") == 0) set(conf, "compression.codec", "lz4");
  if (number_of(argc, argv, "lingerMs") >= 0)
    set(conf, "linger.ms", text_of(argc, argv, "lingerMs"));
  if (number_of(argc, argv, "batchBytes") >= 0)
    set(conf, "batch.size", text_of(argc, argv, "batchBytes"));
  rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
  char error[512];
  rd_kafka_t *client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof error);
  if (client == NULL) fail(error);
  return client;
}

static int by_size(const void *a, const void *b) {
  int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
  return left < right ? -1 : left > right;
}

static void print_latency(long count) {
  if (micros == NULL) {
    printf("null}\n");
    return;
  }
  qsort(micros, count, sizeof *micros, by_size);
  printf("{\"p50Ms\":%g,\"p99Ms\":%g,\"p999Ms\":%g,\"maxMs\":%g}}\n", micros[count / 2] / 1e3,
         micros[(long)(count * 0.99)] / 1e3, micros[(long)(count * 0.999)] / 1e3,
         micros[count - 1] / 1e3);
}

int main(int argc, char **argv) {
  long base = memory("VmRSS");
  long warm_up = number_of(argc, argv, "warmUp"), count = number_of(argc, argv, "count");
  topic = text_of(argc, argv, "topic");
  partitions = number_of(argc, argv, "partitions");
  records_per_partition = number_of(argc, argv, "recordsPerPartition");
  value_bytes = number_of(argc, argv, "valueBytes");
  read_values(text_of(argc, argv, "valuesFile"));
  for (int i = 0; i < KEYS; i++) snprintf(keys[i], sizeof keys[i], "key-%012d", i);

  rd_kafka_t *client = open_client(argc, argv);
  rd_kafka_topic_t *to = rd_kafka_topic_new(client, topic, NULL);
  drive(client, to, argc, argv, warm_up);
  free(micros);
  int64_t begun = now_micros();
  int64_t cpu = clock_micros(CLOCK_PROCESS_CPUTIME_ID);
  int64_t main_cpu = clock_micros(CLOCK_THREAD_CPUTIME_ID);
  drive(client, to, argc, argv, count);
  main_cpu = clock_micros(CLOCK_THREAD_CPUTIME_ID) - main_cpu;
  cpu = clock_micros(CLOCK_PROCESS_CPUTIME_ID) - cpu;
  double wall = (now_micros() - begun) / 1e3;
  printf("{\"client\":\"librdkafka %s\",\"sent\":%ld,\"wallMs\":%f,\"cpuMicros\":%ld,"
         "\"mainCpuMicros\":%ld,\"eventLoopUtilisation\":null,\"baseRssKiB\":%ld,"
         "\"peakRssKiB\":%ld,\"latency\":",
         rd_kafka_version_str(), warm_up + count, wall, (long)cpu, (long)main_cpu, base,
         memory("VmHWM"));
  print_latency(count);
  rd_kafka_topic_destroy(to);
  rd_kafka_destroy(client);
  return 0;
}
