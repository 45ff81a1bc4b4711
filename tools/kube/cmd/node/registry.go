package main

import (
	"errors"
	"flag"
	"net/http"
	"os"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"
)

// registryServer serves images on loopback. Blobs are kept on disk; manifests
// are in memory and pushed again by `tripsage up` when they are missing.
func registryServer() error {
	flags := flag.NewFlagSet("registry", flag.ExitOnError)
	listen := flags.String("listen", "127.0.0.1:5000", "address to listen on")
	dir := flags.String("dir", "", "folder that keeps the blobs")
	if err := flags.Parse(os.Args[1:]); err != nil {
		return err
	}
	if *dir == "" {
		return errors.New("registry: --dir is required: the folder that keeps the blobs")
	}
	server := &http.Server{
		Addr:              *listen,
		Handler:           registry.New(registry.WithBlobHandler(registry.NewDiskBlobHandler(*dir))),
		ReadHeaderTimeout: 10 * time.Second,
	}
	return server.ListenAndServe()
}
