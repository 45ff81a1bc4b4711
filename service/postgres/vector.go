package postgres

import (
	"encoding/binary"
	"math"

	"github.com/jackc/pgx/v5"

	"github.com/tripsage/infrastructure/service"
)

// vector is an embedding in the binary form of pgvector's type "vector" (vector_recv in its
// src/vector.c): the number of dimensions and a reserved 0, 16 bits each, then that many 32-bit
// floats, all big-endian. It saves both sides the digits: 1.5 KB instead of some 4 KB.
func vector(embedding service.Embedding) param {
	value := make([]byte, 4, 4+4*len(embedding))
	binary.BigEndian.PutUint16(value, uint16(min(len(embedding), math.MaxUint16))) // #nosec G115 -- bounded; the server refuses any but 384
	for _, number := range embedding {
		value = binary.BigEndian.AppendUint32(value, math.Float32bits(number))
	}
	return param{value: value, format: pgx.BinaryFormatCode}
}
