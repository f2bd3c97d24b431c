package main

// This file has update_index on the loop of the slides: the coroutines are generators, which
// yield the futures that they wait for.

import (
	"fmt"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/example/sausage/asyncio"
)

func onSlides(x *index, loop *asyncio.Loop, pages []page) error {
	s := &slides{x, loop}
	_, err := loop.RunUntilComplete(asyncio.NewTask(loop, "update_index", s.updateIndexPull(pages)))
	return err
}

type slides struct {
	*index
	loop *asyncio.Loop
}

// sleep is asyncio.sleep.
func (s *slides) sleep(d time.Duration) *asyncio.Future {
	f := asyncio.NewFuture(s.loop)
	s.loop.CallLater(d, func() { f.SetResult(nil) })
	return f
}

//coroutine:generator
func (s *slides) request(y co.Yielder[asyncio.Waitable, any], p page) (any, error) {
	if _, err := y.Yield(s.sleep(time.Duration(p.seconds) * time.Second)); err != nil {
		return nil, err
	}
	s.say("page %s", p.url)
	return p.url, nil
}

//coroutine:generator
func (s *slides) updateIndex(y co.Yielder[asyncio.Waitable, any], pages []page) (any, error) {
	var tasks []asyncio.Waitable
	for _, p := range pages {
		tasks = append(tasks, asyncio.NewTask(s.loop, fmt.Sprint("request ", p.url), s.requestPull(p)))
	}
	data, err := y.Yield(asyncio.Gather(s.loop, tasks...))
	if err != nil {
		return nil, err
	}
	result, err := s.processSlowly(y, data.([]any)) // yield from a coroutine: no task, no future
	if err != nil {
		return nil, err
	}
	if _, err := y.Yield(s.sleep(time.Second)); err != nil {
		return nil, err
	}
	s.say("database %s", result)
	s.loop.CallSoon(func() { s.updateCache(result) })
	_, err = y.Yield(nil)
	return nil, err
}

//coroutine:generator
func (s *slides) processSlowly(y co.Yielder[asyncio.Waitable, any], data []any) (string, error) {
	if _, err := y.Yield(s.sleep(time.Second)); err != nil {
		return "", err
	}
	var list []string
	for _, d := range data {
		list = append(list, d.(string))
	}
	return process(list), nil
}
