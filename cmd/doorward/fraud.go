package main

import (
	"bufio"
	"compress/gzip"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/doorward/doorward/pkg/fraud/sim"
	"github.com/doorward/doorward/pkg/fraud/sim/baseline"
	"github.com/doorward/doorward/pkg/geo"
)

const fraudUsage = `doorward fraud replay                        judge accesses, one JSON object per line, from standard input
doorward fraud simulate [flags] NAME         make a labelled world: NAME.ndjson.gz and NAME.labels.json.gz
doorward fraud evaluate WORLD.ndjson.gz ...  say how well the engine does on labelled worlds, beside the earlier heuristics
`

// fraudCommand replays, simulates and evaluates. It needs no data folder.
func fraudCommand(args []string) error {
	if len(args) == 0 {
		fmt.Fprint(os.Stderr, fraudUsage)
		return errUsage
	}
	switch args[0] {
	case "replay":
		return fraudReplay(args[1:])
	case "simulate":
		return fraudSimulate(args[1:])
	case "evaluate":
		return fraudEvaluate(args[1:])
	default:
		fmt.Fprint(os.Stderr, fraudUsage)
		return errUsage
	}
}

// parseFlags parses arguments of which names must be left over; -1 is at least one.
func parseFlags(flags *flag.FlagSet, args []string, names int) error {
	flags.SetOutput(discard{})
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(os.Stderr, fraudUsage)
		flags.SetOutput(os.Stderr)
		flags.PrintDefaults()
		return err
	}
	if n := flags.NArg(); err == nil && n != names && (names >= 0 || n == 0) {
		err = fmt.Errorf("%s takes %s", flags.Name(), map[int]string{0: "no argument", 1: "one name", -1: "at least one file"}[names])
	}
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	return nil
}

func fraudReplay(args []string) error {
	if err := parseFlags(flag.NewFlagSet("fraud replay", flag.ContinueOnError), args, 0); err != nil {
		return err
	}
	var ahead sync.WaitGroup
	defer ahead.Wait()
	return sim.Replay(func() (sim.Locator, error) {
		places, err := geo.OpenMemory()
		if err == nil {
			// The data for IPv6 is made ready when first asked for; asked now, it is there when a line needs it.
			ahead.Go(func() { places.Locate(netip.MustParseAddr("2000::")) })
		}
		return places, err
	}, os.Stdin, os.Stdout)
}

func fraudSimulate(args []string) error {
	flags := flag.NewFlagSet("fraud simulate", flag.ContinueOnError)
	seed := flags.Uint64("seed", 1, "`number` that the world is drawn from; the same makes the same")
	profile := flags.String("profile", "eu", "kind of crowd: eu, us, world, students or wedding")
	events := flags.Int("events", 40, "`number` of events")
	guests := flags.Int("guests", 60, "`number` of guests per event")
	attacks := flags.Float64("attacks", 1, "how many attacks, as a `factor` of the usual")
	if err := parseFlags(flags, args, 1); err != nil {
		return err
	}
	p, err := sim.ProfileNamed(*profile)
	if err != nil {
		return fmt.Errorf("%w: --profile: %w", errUsage, err)
	}
	if *events < 1 || *guests < 1 || *attacks < 0 {
		return fmt.Errorf("%w: --events and --guests are at least 1, --attacks at least 0", errUsage)
	}
	c := sim.DefaultConfig(*seed, p)
	c.Events, c.Guests, c.Attacks = *events, *guests, *attacks
	places, err := geo.OpenMemory()
	if err != nil {
		return err
	}
	records, labels, err := sim.Generate(c, places)
	if err != nil {
		return err
	}
	name := flags.Arg(0)
	err = writeZipped(name+worldSuffix, func(w io.Writer) error { return sim.WriteRecords(w, records) })
	return errors.Join(err, writeZipped(name+labelsSuffix, func(w io.Writer) error { return sim.WriteLabels(w, labels) }))
}

// A world is two files beside each other.
const (
	worldSuffix  = ".ndjson.gz"
	labelsSuffix = ".labels.json.gz"
)

func fraudEvaluate(args []string) error {
	flags := flag.NewFlagSet("fraud evaluate", flag.ContinueOnError)
	table := flags.Bool("table", false, "only the table of the README, as Markdown")
	if err := parseFlags(flags, args, -1); err != nil {
		return err
	}
	places, err := geo.OpenMemory()
	if err != nil {
		return err
	}
	var engine, heuristics []sim.Scored
	for _, path := range flags.Args() {
		records, labels, err := readWorld(path)
		if err != nil {
			return err
		}
		kinds := sim.Kinds(records)
		engine = append(engine, sim.Scored{Labels: labels, Kinds: kinds, Results: sim.NewEngine(places).Run(records)})
		heuristics = append(heuristics, sim.Scored{Labels: labels, Kinds: kinds, Results: baseline.Replay(records)})
	}
	report, err := sim.EvaluateAll(engine)
	if err != nil {
		return err
	}
	beside, err := sim.EvaluateAll(heuristics)
	if err != nil {
		return err
	}
	if *table {
		return report.WriteTable(os.Stdout, &beside)
	}
	return report.Print(os.Stdout, &beside)
}

func readWorld(path string) ([]sim.Record, []sim.Label, error) {
	name, ok := strings.CutSuffix(path, worldSuffix)
	if !ok {
		return nil, nil, fmt.Errorf("%w: %s: a world is named NAME%s, beside NAME%s", errUsage, path, worldSuffix, labelsSuffix)
	}
	records, err := readZipped(path, sim.ReadRecords)
	if err != nil {
		return nil, nil, err
	}
	labels, err := readZipped(name+labelsSuffix, sim.ReadLabels)
	if err == nil && len(labels) != len(records) {
		err = fmt.Errorf("%s has %d labels for %d accesses", name+labelsSuffix, len(labels), len(records))
	}
	return records, labels, err
}

func readZipped[T any](path string, read func(io.Reader) (T, error)) (out T, err error) {
	f, err := os.Open(filepath.Clean(path))
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	z, err := gzip.NewReader(bufio.NewReader(f))
	if err != nil {
		return out, fmt.Errorf("reading %s: %w", path, err)
	}
	if out, err = read(z); err != nil {
		return out, fmt.Errorf("reading %s: %w", path, err)
	}
	return out, z.Close()
}

func writeZipped(path string, write func(io.Writer) error) (err error) {
	f, err := os.Create(filepath.Clean(path))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	z := gzip.NewWriter(f)
	if err := write(z); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return z.Close()
}
