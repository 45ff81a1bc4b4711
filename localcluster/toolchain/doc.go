// Package toolchain provides the programs that the embedded cluster and the
// Pulumi engine need. They are built from the pinned modules under tools/ into
// a cache that is shared by all checkouts of a user, keyed by everything that
// goes into a build; a suitable Pulumi that is installed already is used as is.
package toolchain
