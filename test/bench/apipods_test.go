package bench

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
	apimetrics "github.com/tripsage/infrastructure/service/metrics"
)

// apiPod has the metrics of one pod of the API: the service's own, moved by
// made-up requests.
type apiPod struct {
	requests *apimetrics.HTTP
	observer *apimetrics.Observer
	page     http.Handler
}

func newAPIPod() apiPod {
	registry := apimetrics.New(service.BuildInfo{Version: "v1.2.3", Commit: "c0ffee", GoVersion: "go1.26"})
	for _, name := range []string{"database", "cache"} {
		registry.AddPool(name, func() service.PoolStats { return service.PoolStats{Max: 50} })
	}
	registry.AddDependencies(func() (service.Report, bool) {
		return service.Report{Dependencies: []service.DependencyReport{{Name: "database"}, {Name: "cache"}}}, true
	})
	return apiPod{apimetrics.NewHTTP(registry), apimetrics.NewObserver(registry), registry.Handler(log.New(io.Discard, "", 0))}
}

// work is one request of each operation, answered well, and one refused. The
// piece of work in the database is called as the operation: there are about as
// many.
func (p apiPod) work(b *testing.B, document *openapi3.T) {
	for path, item := range document.Paths.Map() {
		for method, operation := range item.Operations() {
			for _, status := range []int{http.StatusOK, http.StatusNotFound} {
				p.requests.Begin()
				p.requests.End(service.RequestRecord{Method: method, Route: path, Status: status, Duration: 3 * time.Millisecond, Bytes: 500})
			}
			_, end := p.observer.Operation(b.Context(), "database", operation.OperationID)
			end(nil)
		}
	}
}

// servePods serves that many at /N/metrics. Each scrape finds that all of its
// counters have moved.
func servePods(b *testing.B, pods int) (address string) {
	b.Helper()
	document, err := openapi3.NewLoader().LoadFromFile("../../service/http/openapi.json")
	require.NoError(b, err)
	mux := http.NewServeMux()
	for n := range pods {
		pod, prefix := newAPIPod(), fmt.Sprintf("/%d", n)
		mux.Handle(prefix+"/metrics", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			pod.work(b, document)
			http.StripPrefix(prefix, pod.page).ServeHTTP(w, r)
		}))
	}
	server := httptest.NewServer(mux)
	b.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

// freeAddress is one that nobody listens on.
func freeAddress(b *testing.B) string {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	defer listener.Close()
	return listener.Addr().String()
}
