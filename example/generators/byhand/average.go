package byhand

import "github.com/coroutinegen/coroutinegen/rt"

// Average is generators.AveragePull.
func Average() *Averager { return &Averager{} }

// An Averager hands out the average of the numbers that are sent to it.
type Averager struct {
	sum float64
	n   int
	err error
	at  uint8
}

// Next begins.
func (a *Averager) Next() (float64, bool) { return a.resume(0, nil) }

// Send adds v to the numbers, and returns their average.
func (a *Averager) Send(v float64) (float64, bool) { return a.resume(v, nil) }

// Close ends the averager.
func (a *Averager) Close() error {
	a.resume(0, rt.ErrGeneratorExit)
	return nil
}

// Result returns how many numbers there were.
func (a *Averager) Result() (int, error) { return a.n, a.err }

func (a *Averager) resume(v float64, err error) (float64, bool) {
	switch a.at {
	case start:
		a.at = suspended
		return 0, true
	case ended:
		return 0, false
	}
	if err != nil {
		a.at, a.err = ended, err
		return 0, false
	}
	a.sum += v
	a.n++
	return a.sum / float64(a.n), true
}
