package infra

import (
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/secret"
	"github.com/tripsage/infrastructure/components/workload"
)

// The files that the API reads its secrets from. In our own Secret the keys have
// the same names.
const (
	databaseURLFile    = "database-url"
	directURLFile      = "database-direct-url"
	cacheURLFile       = "dragonfly-url"
	cacheCAFile        = "dragonfly-ca.crt"
	jwtSecretFile      = "jwt-secret"
	encryptionKeysFile = "encryption-keys"
	embeddingKeyFile   = "embedding-api-key"
	secretsPath        = "/var/run/secrets/tripsage"
)

// apiSecrets are the content of the API's own Secret.
type apiSecrets struct {
	args secret.Args
	// files maps the names of variables to the files with their values.
	files map[string]string
}

func (s Spec) apiSecrets(data stores) apiSecrets {
	found := apiSecrets{
		args: secret.Args{
			Component: "api",
			Epoch:     strconv.Itoa(s.Secrets.Epoch),
			Generated: map[string]secret.Generated{},
			Given:     map[string]pulumi.StringInput{},
			Composed:  map[string]secret.Composed{databaseURLFile: data.databaseURL, cacheURLFile: data.cacheURL},
		},
		files: map[string]string{"DATABASE_URL": databaseURLFile, "DRAGONFLY_URL": cacheURLFile},
	}
	found.give("DATABASE_DIRECT_URL", directURLFile, s.Database.DirectURL)
	if s.Embedding != nil {
		found.give("EMBEDDING_API_KEY", embeddingKeyFile, s.Embedding.APIKey)
	}
	if !found.give("JWT_SECRET", jwtSecretFile, s.Auth.JWTSecret) && s.Auth.GenerateSecret {
		found.generate("JWT_SECRET", jwtSecretFile, secret.Generated{Length: 64})
	}
	if !found.give("ENCRYPTION_KEYS", encryptionKeysFile, s.API.EncryptionKeys) {
		found.generate("ENCRYPTION_KEYS", encryptionKeysFile, secret.Generated{Key: true, Lasting: true})
	}
	return found
}

// give adds a configured value, and tells whether there is one.
func (a apiSecrets) give(variable, file string, value Secret) bool {
	if value.IsSet() {
		a.args.Given[file], a.files[variable] = value.input(), file
	}
	return value.IsSet()
}

func (a apiSecrets) generate(variable, file string, value secret.Generated) {
	a.args.Generated[file], a.files[variable] = value, file
}

// environment tells the process where the files are.
func (a apiSecrets) environment() map[string]string {
	env := map[string]string{}
	for variable, file := range a.files {
		env[variable+"_FILE"] = secretsPath + "/" + file
	}
	return env
}

// mounted are the files of the Secret that has been made of these values.
func (a apiSecrets) mounted(made *secret.Component) workload.SecretFiles {
	files := map[string]string{}
	for _, file := range a.files {
		files[file] = file
	}
	return workload.SecretFiles{Secret: made.Ref(), Files: files}
}
