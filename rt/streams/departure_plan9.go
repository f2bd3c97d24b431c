package streams

// departures are the errors of a connection whose peer has left. It is empty because the
// package has no sockets on this system.
var departures []error
