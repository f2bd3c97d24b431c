//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package rt

// watchedFDs maps each watched descriptor to its Readiness. It is a table in pages, because a loop
// may watch few of the many descriptors of a process.
type watchedFDs struct {
	pages []*[watchedPage]Readiness
	n     int // the number of watched descriptors
}

const watchedPage = 64

// get returns the Readiness of fd, or nil if fd is not watched.
func (w *watchedFDs) get(fd int) Readiness {
	if page := fd / watchedPage; fd >= 0 && page < len(w.pages) && w.pages[page] != nil {
		return w.pages[page][fd%watchedPage]
	}
	return nil
}

// set makes r the Readiness of fd, which must not be negative or watched.
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

// remove removes the Readiness of fd, which must be watched.
func (w *watchedFDs) remove(fd int) {
	w.pages[fd/watchedPage][fd%watchedPage] = nil
	w.n--
}
