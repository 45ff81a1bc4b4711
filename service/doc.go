// Package service holds what the TripSage API is about, free of any technology:
// health reports and the monitor that makes them, error codes, build facts, and the
// few types that travel between adapters.
//
// Each technology has one package below this one (postgres, dragonfly, http, metrics,
// config, logging). They import this package and never each other; cmd/api puts them together.
package service
