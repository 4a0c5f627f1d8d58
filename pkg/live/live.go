package live

import (
	"sync"

	"github.com/doorward/doorward/pkg/doorward"
)

// queueSize is how many activities may wait for one subscriber. An evening's burst fits; a phone that
// has been asleep for longer is better off reading the table anew.
const queueSize = 256

// Hub passes activities from publishers to the subscribers of a topic.
type Hub struct {
	mu     sync.Mutex                            // held for short: nothing done under it ever waits
	topics map[string]map[*Subscription]struct{} // owned by mu; no topic is kept without a subscriber
	closed bool                                  // owned by mu; once true, topics stays empty
}

// NewHub makes a hub without subscribers.
func NewHub() *Hub {
	return &Hub{topics: make(map[string]map[*Subscription]struct{})}
}

// Publish gives a to every subscriber of the topic and never blocks. A subscriber whose queue is full
// loses a and whatever follows until it has emptied the queue, and gets one activity of kind
// ActivityResync in their place. After Close, Publish does nothing.
func (h *Hub) Publish(topic string, a doorward.Activity) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.topics[topic] {
		s.push(a)
	}
}

// Subscribe starts a subscription to a topic. The caller must Close it. On a closed hub its channel is
// closed from the start.
func (h *Hub) Subscribe(topic string) *Subscription {
	s := &Subscription{hub: h, topic: topic, queue: make(chan doorward.Activity, queueSize+1)}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		close(s.queue)
		return s
	}
	subs := h.topics[topic]
	if subs == nil {
		subs = make(map[*Subscription]struct{})
		h.topics[topic] = subs
	}
	subs[s] = struct{}{}
	return s
}

// Len is how many subscriptions there are.
func (h *Hub) Len() (n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, subs := range h.topics {
		n += len(subs)
	}
	return n
}

// Close ends every subscription. Calling it again does nothing.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, subs := range h.topics {
		for s := range subs {
			close(s.queue)
		}
	}
	clear(h.topics)
	h.closed = true
}

// Subscription is one watcher of one topic.
type Subscription struct {
	hub     *Hub                   // set once
	topic   string                 // set once
	queue   chan doorward.Activity // sent to and closed under hub.mu, only while the hub lists this subscription; read by the subscriber; the last place is the resync's
	lagging bool                   // owned by hub.mu; the last one sent was a resync
}

// C is the channel of activities. It is closed when the subscription or its hub ends; what was queued
// before can still be read.
func (s *Subscription) C() <-chan doorward.Activity { return s.queue }

// Close ends the subscription. Calling it again, or after the hub was closed, does nothing.
func (s *Subscription) Close() {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	subs := s.hub.topics[s.topic]
	if _, listed := subs[s]; !listed {
		return
	}
	delete(subs, s)
	if len(subs) == 0 {
		delete(s.hub.topics, s.topic)
	}
	close(s.queue)
}

// push queues a, or a resync in its place. It is called under hub.mu, so nobody else sends, and a queue
// that has room keeps it.
//
// The queue is not emptied on a lag: the subscriber could take from it in between, and its cursor would
// then have passed a hole before the resync that tells of it. While the resync waits nothing is added,
// for whoever takes it reads the table after that, and so sees what was left out.
func (s *Subscription) push(a doorward.Activity) {
	switch {
	case s.lagging && len(s.queue) > 0:
	case len(s.queue) < queueSize:
		s.lagging = false
		s.queue <- a
	default:
		s.lagging = true
		s.queue <- doorward.Activity{Kind: doorward.ActivityResync}
	}
}
