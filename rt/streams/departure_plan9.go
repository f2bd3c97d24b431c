package streams

// departures are the errors of a connection whose peer has left: here the system
// has no sockets.
var departures []error
