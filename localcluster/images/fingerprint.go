package images

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
)

// formatVersion is part of every fingerprint. Raise it when the code of this
// package changes what the same inputs give.
const formatVersion = 1

// fingerprint hashes the JSON form of what an image is made from. Maps come
// out sorted, so equal values give equal fingerprints.
func fingerprint(inputs any) (string, error) {
	data, err := json.Marshal(struct {
		Format int
		Arch   string
		Inputs any
	}{formatVersion, runtime.GOARCH, inputs})
	if err != nil {
		return "", fmt.Errorf("describing the inputs: %w", err)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}

func hashFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fmt.Errorf("reading %s: %w", path, err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
