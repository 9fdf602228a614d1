package system

import (
	"errors"
	"testing"
)

func TestGoReportsPanics(t *testing.T) {
	s := newSystem(t, Options{})
	cause := errors.New("broken pipe")
	told := make(chan error, 1)
	s.Go("reader", func() { panic(cause) }, func(err error) { told <- err })
	err := <-told
	var panicked *PanicError
	if !errors.Is(err, cause) || !errors.As(err, &panicked) || panicked.Where != "reader" {
		t.Errorf("err = %v", err)
	}
	if s.Stats().WorkPanics != 1 {
		t.Errorf("stats = %+v", s.Stats())
	}
}

func TestGoSurvivesItsReport(t *testing.T) {
	s := newSystem(t, Options{})
	told := make(chan struct{})
	s.Go("worse", func() { panic("first") }, func(error) {
		defer close(told)
		panic("second")
	})
	<-told
	s.Go("silent", func() { panic("nobody asks") }, nil)
}

func TestGuard(t *testing.T) {
	s := newSystem(t, Options{})
	ran := false
	if err := s.Guard("fine", func() { ran = true }); err != nil || !ran {
		t.Errorf("ran %v, err %v", ran, err)
	}
	err := s.Guard("outer", func() {
		if err := s.Guard("inner", func() { panic("deep") }); err != nil {
			panic(err)
		}
	})
	if err == nil || err.Error() != "panic: outer: panic: inner: deep" {
		t.Errorf("err = %v", err)
	}
}
