package httpapi

import "net/http"

// response remembers what was answered, for the log and the metrics.
type response struct {
	http.ResponseWriter
	status   int // 0 until the header is written
	bytes    int64
	upgraded func() // called when the connection becomes a websocket's
}

// WriteHeader remembers the final status; 1xx answers may come before it.
func (w *response) WriteHeader(status int) {
	if w.status == 0 && (status >= 200 || status == http.StatusSwitchingProtocols) {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
	if status == http.StatusSwitchingProtocols {
		w.upgraded()
	}
}

// Write counts the body's bytes.
func (w *response) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(p)
	w.bytes += int64(n)
	return n, err
}

// Unwrap gives http.ResponseController the connection's own writer.
func (w *response) Unwrap() http.ResponseWriter { return w.ResponseWriter }
