package sim

import (
	"bufio"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"sync"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/fraud"
	"github.com/go-json-experiment/json"
)

// Engine replays accesses: it keeps what package fraud remembers of each event, as the appliance does.
type Engine struct {
	locator Locator
	model   *fraud.Model
	events  map[string]*fraud.Event
}

// NewEngine returns an Engine that has seen nothing.
func NewEngine(l Locator) *Engine {
	return &Engine{locator: l, model: fraud.DefaultModel(), events: map[string]*fraud.Event{}}
}

// Judge scores a record and takes it into account. Should the engine panic, the record goes unevaluated, and what is
// remembered of its event is dropped.
func (e *Engine) Judge(r *Record) (out fraud.Result, evaluated bool) {
	defer func() {
		if recover() != nil {
			delete(e.events, r.Event)
			out, evaluated = fraud.Result{Class: doorward.ClassHuman}, false
		}
	}()
	state := e.events[r.Event]
	if state == nil {
		state = fraud.NewEvent()
		e.events[r.Event] = state
	}
	a := fraud.Access{Guest: doorward.GuestID(r.Guest), Party: r.Party, Signals: r.Signals(), Place: e.locator.Locate(r.IP)}
	out = state.Score(e.model, &a)
	state.Observe(&a, &out)
	return out, true
}

// Run judges all records of a world in turn, for Evaluate.
func (e *Engine) Run(records []Record) []Result {
	results := make([]Result, len(records))
	for i := range records {
		r, evaluated := e.Judge(&records[i])
		a := r.Assessment()
		results[i] = Result{
			I: i, Class: a.Class, Score: float64(a.Score), Band: doorward.DefaultThresholds().Band(a.Score),
			Capped: a.Capped, Evaluated: evaluated, Reasons: a.Reasons,
		}
	}
	return results
}

// batchLines is how many lines are parsed at a time.
const batchLines = 512

// batch is some lines on their way from the reader, through a parser, to the engine, which gets them in order.
type batch struct {
	first   int // number of the first line, from 0
	lines   [][]byte
	records []Record
	err     error
	parsed  chan struct{}
}

// Replay reads records, one per line, judges each by all before it, and writes a Result per line. It stops at the first
// line that it cannot read, and the error names it, from 1. open is called once; the lines are parsed meanwhile.
func Replay(open func() (Locator, error), in io.Reader, out io.Writer) error {
	todo, ordered := make(chan *batch, 4), make(chan *batch, 8)
	var parsers sync.WaitGroup
	for range max(runtime.GOMAXPROCS(0), 2) {
		parsers.Go(func() {
			for b := range todo {
				b.parse()
				close(b.parsed)
			}
		})
	}
	stop := make(chan struct{})
	reader := make(chan error, 1)
	go func() {
		reader <- split(in, todo, ordered, stop)
		close(todo)
		close(ordered)
	}()
	l, err := open()
	if err == nil {
		err = judgeAll(NewEngine(l), ordered, out)
	}
	close(stop)
	for range ordered { //nolint:revive // the reader may be waiting to hand over a batch
	}
	parsers.Wait()
	if readError := <-reader; err == nil {
		err = readError
	}
	return err
}

// split cuts the input into batches of lines, until its end or stop.
func split(in io.Reader, todo, ordered chan<- *batch, stop <-chan struct{}) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 64<<10), maxLine)
	b := &batch{parsed: make(chan struct{})}
	n := 0
	send := func() bool {
		select {
		case ordered <- b:
		case <-stop:
			return false
		}
		todo <- b
		b = &batch{first: n, parsed: make(chan struct{})}
		return true
	}
	for lines.Scan() {
		b.lines = append(b.lines, append([]byte(nil), lines.Bytes()...))
		n++
		if len(b.lines) == batchLines && !send() {
			return nil
		}
	}
	if len(b.lines) > 0 && !send() {
		return nil
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("line %d: %w", n+1, err)
	}
	return nil
}

func (b *batch) parse() {
	b.records = make([]Record, len(b.lines))
	for i, line := range b.lines {
		err := json.Unmarshal(line, &b.records[i])
		if err == nil {
			err = b.records[i].check()
		}
		if err != nil {
			b.records, b.err = b.records[:i], fmt.Errorf("line %d: %w", b.first+i+1, err)
			return
		}
	}
}

func judgeAll(e *Engine, ordered <-chan *batch, out io.Writer) error {
	w := bufio.NewWriterSize(out, 64<<10)
	var line []byte
	for b := range ordered {
		<-b.parsed
		for i := range b.records {
			r, evaluated := e.Judge(&b.records[i])
			line = appendResult(line[:0], b.first+i, &r, evaluated)
			if _, err := w.Write(line); err != nil {
				return err
			}
		}
		if b.err != nil {
			if err := w.Flush(); err != nil {
				return err
			}
			return b.err
		}
	}
	return w.Flush()
}

// appendResult appends a Result as a line of JSON. It is written by hand, since it is most of the work of a replay.
func appendResult(b []byte, i int, r *fraud.Result, evaluated bool) []byte {
	b = append(b, `{"i":`...)
	b = strconv.AppendInt(b, int64(i), 10)
	b = append(append(append(b, `,"class":"`...), r.Class...), `","score":`...)
	b = strconv.AppendInt(b, int64(r.Score), 10)
	b = append(append(b, `,"band":"`...), doorward.DefaultThresholds().Band(r.Score)...)
	b = strconv.AppendBool(append(b, `","capped":`...), r.Capped)
	b = strconv.AppendBool(append(b, `,"evaluated":`...), evaluated)
	b = append(b, `,"reasons":[`...)
	for n, reason := range r.Assessment().Reasons {
		if n > 0 {
			b = append(b, ',')
		}
		b = append(append(append(b, `{"code":"`...), reason.Code...), `","points":`...)
		b = strconv.AppendInt(b, int64(reason.Points), 10)
		b = append(b, `,"text":`...)
		b = strconv.AppendQuote(b, reason.Text)
		b = append(b, '}')
	}
	return append(b, "]}\n"...)
}
