package rootfs_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/localcluster/images/rootfs"
)

// dynamicProgram is a program of the host that needs libraries.
func dynamicProgram(t *testing.T) (data []byte, loader string) {
	t.Helper()
	file, err := filepath.EvalSymlinks("/bin/sh")
	if err != nil {
		t.Skip("no /bin/sh here")
	}
	data, err = os.ReadFile(file)
	require.NoError(t, err)
	loader, err = rootfs.Dynamic(data)
	if err != nil || loader == "" {
		t.Skip("/bin/sh is not a dynamic ELF program here")
	}
	return data, loader
}

func TestCheckLibrariesNamesWhatIsMissing(t *testing.T) {
	program, loader := dynamicProgram(t)
	var tree rootfs.Tree
	require.NoError(t, tree.File("usr/bin/sh", 0o755, program))
	err := tree.CheckLibraries()
	require.Error(t, err)
	assert.ErrorContains(t, err, "usr/bin/sh needs the loader "+loader)
	assert.ErrorContains(t, err, "usr/bin/sh needs the library libc.so.6")

	require.NoError(t, tree.File(loader, 0o755, nil))
	require.NoError(t, tree.Symlink("usr/lib/libc.so.6", "elsewhere/libc.so"))
	err = tree.CheckLibraries()
	assert.ErrorContains(t, err, "libc.so.6", "a link that leads nowhere is no library")
	assert.NotContains(t, err.Error(), "loader")

	require.NoError(t, tree.File("usr/lib/elsewhere/libc.so", 0o755, nil))
	assert.NoError(t, tree.CheckLibraries())
}

func TestDynamicRefusesOtherFiles(t *testing.T) {
	_, err := rootfs.Dynamic([]byte("#!/bin/sh\n"))
	assert.ErrorContains(t, err, "not a Linux (ELF) program")
}
