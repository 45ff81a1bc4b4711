package dragonfly

// The keys of the Secret of the replicated form.
const (
	// AdminPasswordKey is the password of the user "default". With the ACL file
	// that user is off, so nobody needs it: it is there because Dragonfly starts
	// TLS only with a password, and for the case that it cannot read the file,
	// when it would let everybody in without one.
	AdminPasswordKey = "admin-password" // #nosec G101 -- the name of a key
	// ACLKey is the ACL file, made of ACLTemplate.
	ACLKey = "acl"
)

// ACLUser is the user that clients log in as, with the value "password" of the
// Secret that ACLTemplate is composed in.
const ACLUser = "tripsage"

// ACLTemplate is what a Secret composes the ACL file from, given a value with
// the key "password" of letters and digits.
//
// The user default must be in the file, and be off: Dragonfly gives a default
// user that the file does not name every right and no password (LoadToRegistryFromFile
// in src/server/acl/acl_family.cc of v1.40). The client may read and write keys,
// use channels and transactions and manage its own connection. It may not run
// scripts, look at or empty the whole store, configure the server or replicate;
// INFO alone is given back, for the health check's product and version.
const ACLTemplate = "user default off resetkeys resetchannels -@all\n" +
	"user " + ACLUser + " on >{password} ~* &*" +
	" -@all +@connection +@read +@write +@pubsub +@transaction -@admin -@dangerous +info\n"
