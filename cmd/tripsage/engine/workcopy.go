package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"gopkg.in/yaml.v3"
)

// workCopy is the project as the engine sees it.
type workCopy struct {
	// project is the name in Pulumi.yaml.
	project string
	// secrets says what encrypts the state.
	secrets encryption
}

// makeWorkCopy writes Pulumi.yaml and Pulumi.<stack>.yaml into the working
// folder: what is committed, the overrides, and the salt that an earlier run
// was given.
func (h home) makeWorkCopy(o Options) (workCopy, error) {
	name, settings, err := readProject(o.Project)
	if err != nil {
		return workCopy{}, err
	}
	copied := workCopy{project: name}

	committed, err := readCommitted(o)
	if err != nil {
		return workCopy{}, err
	}
	salt := ""
	if o.Backend == "" {
		if salt, err = h.rememberedSalt(copied.project, o.Stack); err != nil {
			return workCopy{}, err
		}
	}
	merged, secrets, err := mergeStack(committed, name, o.Config, salt)
	if err != nil {
		return workCopy{}, fmt.Errorf("%s: %w", filepath.Join(o.Project, stackFile(o.Stack)), err)
	}
	copied.secrets = secrets
	return copied, errors.Join(
		writeFile(filepath.Join(h.work(o.Stack), "Pulumi.yaml"), settings),
		writeFile(filepath.Join(h.work(o.Stack), stackFile(o.Stack)), merged),
	)
}

func stackFile(stack string) string { return "Pulumi." + stack + ".yaml" }

// readCommitted returns the stack file as the project has it.
func readCommitted(o Options) ([]byte, error) {
	content, err := os.ReadFile(filepath.Join(o.Project, stackFile(o.Stack)))
	if err != nil {
		return nil, fmt.Errorf("read the stack's configuration: %w", err)
	}
	return content, nil
}

// readProject returns the project's name and its whole file.
func readProject(folder string) (string, []byte, error) {
	path := filepath.Join(folder, "Pulumi.yaml")
	content, err := os.ReadFile(path) //nolint:gosec // the project that we were given
	if err != nil {
		return "", nil, fmt.Errorf("read the project: %w", err)
	}
	var project struct {
		Name string `yaml:"name"`
	}
	if err := yaml.Unmarshal(content, &project); err != nil {
		return "", nil, fmt.Errorf("%s: %w", path, err)
	}
	if project.Name == "" {
		return "", nil, fmt.Errorf("%s: the key \"name\" is missing; it must be the project's name", path)
	}
	return project.Name, content, nil
}

// mergeStack edits the YAML tree rather than decoded values, so that what is
// not overridden reaches the engine exactly as committed.
func mergeStack(committed []byte, project string, overrides map[string]any, salt string) ([]byte, encryption, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(committed, &document); err != nil {
		return nil, "", err
	}
	if len(document.Content) == 0 { // an empty file is an empty stack
		document = yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{{Kind: yaml.MappingNode}}}
	}
	root := document.Content[0]
	if root.Kind != yaml.MappingNode {
		return nil, "", errors.New("must be a mapping")
	}
	secrets := encryptionOf(root)
	if !secrets.own() && salt != "" {
		set(root, "encryptionsalt", &yaml.Node{Kind: yaml.ScalarNode, Value: salt})
	}
	if len(overrides) > 0 {
		config := child(root, "config")
		switch {
		case config != nil && config.Kind == yaml.MappingNode:
		case config != nil && config.Tag != "!!null":
			return nil, "", errors.New("config must be a plain mapping")
		default:
			config = &yaml.Node{Kind: yaml.MappingNode}
			set(root, "config", config)
		}
		for key, value := range overrides {
			var node yaml.Node
			if err := node.Encode(value); err != nil {
				return nil, "", fmt.Errorf("override %s: %w", key, err)
			}
			// A stack file may leave out the project's own namespace.
			if short, ok := strings.CutPrefix(key, project+":"); ok {
				remove(config, short)
			}
			set(config, key, &node)
		}
	}
	spellNulls(root)
	merged, err := yaml.Marshal(&document)
	return merged, secrets, err
}

// spellNulls writes every null out, because the encoder turns one that is left
// empty inside braces into an empty string.
func spellNulls(node *yaml.Node) {
	if node.Kind == yaml.ScalarNode && node.ShortTag() == "!!null" {
		node.Value = "null"
	}
	for _, inner := range node.Content {
		spellNulls(inner)
	}
}

// rememberedSalt finds the salt that belongs to our passphrase: in the last
// working copy, or in the state when a killed run left no working copy.
func (h home) rememberedSalt(project, stack string) (string, error) {
	var last struct {
		Salt string `yaml:"encryptionsalt"`
	}
	content, err := os.ReadFile(filepath.Join(h.work(stack), stackFile(stack)))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read the last working copy: %w", err)
	}
	if yaml.Unmarshal(content, &last) == nil && last.Salt != "" {
		return last.Salt, nil
	}
	state, err := h.readState(project, stack)
	if err != nil || state == nil {
		return "", err
	}
	var provider struct {
		Salt string `json:"salt"`
	}
	if len(state.SecretsProvider.State) > 0 {
		err = json.Unmarshal(state.SecretsProvider.State, &provider)
	}
	return provider.Salt, err
}

func child(mapping *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return mapping.Content[i+1]
		}
	}
	return nil
}

func remove(mapping *yaml.Node, key string) {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			mapping.Content = append(mapping.Content[:i:i], mapping.Content[i+2:]...)
			return
		}
	}
}

func set(mapping *yaml.Node, key string, value *yaml.Node) {
	remove(mapping, key)
	mapping.Content = append(mapping.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key}, value)
}
