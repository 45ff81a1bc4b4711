// Package sealing encrypts what must not be readable in the database, such as the keys that users
// bring for other services. It implements service.Sealer with AES-256-GCM.
//
// A sealed value is, in this order:
//
//	1 byte    format version, 1
//	8 bytes   key id: the start of HMAC-SHA-256 of a fixed text under the key
//	12 bytes  random nonce
//	n bytes   the plain value, encrypted
//	16 bytes  authentication tag over all of it and the binding
//
// So a value is 37 bytes longer than what is in it, and shows its length.
//
// Rotation: put a new key first in the ring and keep the old one after it. New values are sealed
// with the first; old ones still open, as the key id says with which. A key may go when no row
// starts with its id any more.
//
// The nonce is random, so one key should seal at most 2^32 values (NIST SP 800-38D, 8.3).
package sealing
