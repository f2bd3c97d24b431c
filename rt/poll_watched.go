//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package rt

// watchedFDs holds who is told of each descriptor. It is a table in pages: a loop may
// watch a few of the many descriptors that a process has.
type watchedFDs struct {
	pages []*[watchedPage]Readiness
	n     int // the number of watched descriptors
}

const watchedPage = 64

// get returns who is told of fd; nil if nobody is.
func (w *watchedFDs) get(fd int) Readiness {
	if page := fd / watchedPage; fd >= 0 && page < len(w.pages) && w.pages[page] != nil {
		return w.pages[page][fd%watchedPage]
	}
	return nil
}

// set makes r the one who is told of fd, which is not negative and has nobody yet.
func (w *watchedFDs) set(fd int, r Readiness) {
	page := fd / watchedPage
	if page >= len(w.pages) {
		w.pages = append(w.pages, make([]*[watchedPage]Readiness, page+1-len(w.pages))...)
	}
	if w.pages[page] == nil {
		w.pages[page] = new([watchedPage]Readiness)
	}
	w.pages[page][fd%watchedPage] = r
	w.n++
}

// remove makes nobody the one who is told of fd, of which somebody is told.
func (w *watchedFDs) remove(fd int) {
	w.pages[fd/watchedPage][fd%watchedPage] = nil
	w.n--
}
