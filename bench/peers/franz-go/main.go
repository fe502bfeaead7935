// The program of franz-go for `npm run bench -- peers`. Its argument is a task in JSON, and its last line of output is the
// outcome: see bench/src/peers/task.ts.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

const keys = 10_000

type task struct {
	BootstrapServers    string
	Topic               string
	Partitions          int
	Load                string
	Tasks               int
	PerSecond           int
	WarmUp              int
	Count               int
	ValuesFile          string
	ValueBytes          int
	Lz4                 bool
	LingerMs            int
	BatchBytes          int
	RecordsPerPartition int
}

type latency struct {
	P50Ms  float64 `json:"p50Ms"`
	P99Ms  float64 `json:"p99Ms"`
	P999Ms float64 `json:"p999Ms"`
	MaxMs  float64 `json:"maxMs"`
}

type outcome struct {
	Client               string   `json:"client"`
	Sent                 int      `json:"sent"`
	WallMs               float64  `json:"wallMs"`
	CPUMicros            float64  `json:"cpuMicros"`
	MainCPUMicros        *float64 `json:"mainCpuMicros"`
	EventLoopUtilisation *float64 `json:"eventLoopUtilisation"`
	BaseRssKiB           int      `json:"baseRssKiB"`
	PeakRssKiB           int      `json:"peakRssKiB"`
	Latency              *latency `json:"latency"`
}

// program sends the records of a task.
type program struct {
	task   task
	client *kgo.Client
	keys   [][]byte
	values [][]byte
	// took has for each record how long it took; nil in the load "flood".
	took   []time.Duration
	failed atomic.Pointer[error]
}

func main() {
	base := memory("VmRSS")
	var t task
	must(json.Unmarshal([]byte(os.Args[1]), &t))
	p := open(t)
	p.drive(t.WarmUp)
	cpu := processCPU()
	begun := time.Now()
	p.drive(t.Count)
	wall := time.Since(begun)
	cpu = processCPU() - cpu
	p.client.Close()
	must(json.NewEncoder(os.Stdout).Encode(outcome{
		Client:     "franz-go " + version(),
		Sent:       t.WarmUp + t.Count,
		WallMs:     float64(wall.Nanoseconds()) / 1e6,
		CPUMicros:  float64(cpu.Nanoseconds()) / 1e3,
		BaseRssKiB: base,
		PeakRssKiB: memory("VmHWM"),
		Latency:    p.latency(),
	}))
}

// open makes a client with its own defaults, but for what the workload asks. Its default of compression is snappy.
func open(t task) *program {
	codec := kgo.NoCompression()
	if t.Lz4 {
		codec = kgo.Lz4Compression()
	}
	options := []kgo.Opt{
		kgo.SeedBrokers(strings.Split(t.BootstrapServers, ",")...),
		kgo.RequiredAcks(kgo.AllISRAcks()),
		kgo.ProducerBatchCompression(codec),
	}
	if t.LingerMs >= 0 {
		options = append(options, kgo.ProducerLinger(time.Duration(t.LingerMs)*time.Millisecond))
	}
	if t.BatchBytes >= 0 {
		options = append(options, kgo.ProducerBatchMaxBytes(int32(t.BatchBytes)))
	}
	if t.RecordsPerPartition > 0 {
		options = append(options, kgo.RecordPartitioner(kgo.ManualPartitioner()))
	}
	client, err := kgo.NewClient(options...)
	must(err)
	p := &program{task: t, client: client}
	for i := range keys {
		p.keys = append(p.keys, fmt.Appendf(nil, "key-%012d", i))
	}
	values, err := os.ReadFile(t.ValuesFile)
	must(err)
	p.values = slices.Collect(slices.Chunk(values, t.ValueBytes))
	return p
}

// drive sends that many records in the way of the task, and waits for all acknowledgements.
func (p *program) drive(count int) {
	p.took = nil
	if p.task.Load != "flood" {
		p.took = make([]time.Duration, count)
	}
	switch p.task.Load {
	case "flood":
		p.flood(count)
	case "await":
		p.awaitEach(count)
	default:
		p.sendByClock(count)
	}
	if err := p.failed.Load(); err != nil {
		must(*err)
	}
}

func (p *program) record(i int) *kgo.Record {
	record := &kgo.Record{
		Topic: p.task.Topic,
		Key:   p.keys[i%keys],
		Value: p.values[i%len(p.values)],
	}
	if p.task.RecordsPerPartition > 0 {
		record.Partition = int32(i / p.task.RecordsPerPartition % p.task.Partitions)
	}
	return record
}

func (p *program) flood(count int) {
	settle := func(_ *kgo.Record, err error) { p.note(err) }
	for i := range count {
		p.client.Produce(context.Background(), p.record(i), settle)
	}
	must(p.client.Flush(context.Background()))
}

// awaitEach runs goroutines that each await one record after the other.
func (p *program) awaitEach(count int) {
	var tasks sync.WaitGroup
	for first := range p.task.Tasks {
		tasks.Go(func() {
			for i := first; i < count; i += p.task.Tasks {
				begun := time.Now()
				p.note(p.client.ProduceSync(context.Background(), p.record(i)).FirstErr())
				p.took[i] = time.Since(begun)
			}
		})
	}
	tasks.Wait()
}

// sendByClock sends each record when it is due, and counts its latency from then.
func (p *program) sendByClock(count int) {
	begun := time.Now()
	between := time.Second / time.Duration(p.task.PerSecond)
	for sent := 0; sent < count; {
		due := int(time.Since(begun)/between) + 1
		for ; sent < due && sent < count; sent++ {
			i := sent
			p.client.Produce(context.Background(), p.record(i), func(_ *kgo.Record, err error) {
				p.note(err)
				p.took[i] = time.Since(begun) - time.Duration(i)*between
			})
		}
		time.Sleep(time.Millisecond)
	}
	must(p.client.Flush(context.Background()))
}

func (p *program) note(err error) {
	if err != nil {
		p.failed.Store(&err)
	}
}

func (p *program) latency() *latency {
	if p.took == nil {
		return nil
	}
	slices.Sort(p.took)
	at := func(share float64) float64 {
		return float64(p.took[int(float64(len(p.took)-1)*share)].Nanoseconds()) / 1e6
	}
	return &latency{P50Ms: at(0.5), P99Ms: at(0.99), P999Ms: at(0.999), MaxMs: at(1)}
}

func processCPU() time.Duration {
	var usage syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// memory reads a line of /proc/self/status, in KiB.
func memory(name string) int {
	status, err := os.ReadFile("/proc/self/status")
	must(err)
	found := regexp.MustCompile(`(?m)^` + name + `:\s+(\d+) kB$`).FindSubmatch(status)
	kib, err := strconv.Atoi(string(found[1]))
	must(err)
	return kib
}

// version is that of the module that was built in.
func version() string {
	info, _ := debug.ReadBuildInfo()
	for _, module := range info.Deps {
		if module.Path == "github.com/twmb/franz-go" {
			return strings.TrimPrefix(module.Version, "v")
		}
	}
	return "of an unknown version"
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
}
