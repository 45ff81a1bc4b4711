// Package sticky keeps one comment of a pull request up to date, instead of
// adding one with each push.
//
// The calls are those of GitHub's REST API for comments of issues, which pull
// requests are, too: https://docs.github.com/en/rest/issues/comments.
package sticky

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
)

// limit is the length in bytes that GitHub takes, less some room.
const limit = 65000

// Comment is what to keep, and where.
type Comment struct {
	// API is the address of GitHub's API, Repository its owner/name.
	API, Repository string
	// Pull is the number of the pull request.
	Pull int
	// Name tells our comments apart: letters, digits and hyphens.
	Name string
	// Token may write to pull requests.
	Token  string
	Client *http.Client
}

// Validate reports every fault at once.
func (c Comment) Validate() error {
	var faults []error
	if !regexp.MustCompile(`^[A-Za-z0-9-]+$`).MatchString(c.Name) {
		faults = append(faults, fmt.Errorf("--name %q: expected letters, digits and hyphens", c.Name))
	}
	if c.Pull <= 0 {
		faults = append(faults, fmt.Errorf("--pull %d: expected the number of a pull request", c.Pull))
	}
	if !regexp.MustCompile(`^[\w.-]+/[\w.-]+$`).MatchString(c.Repository) {
		faults = append(faults, fmt.Errorf("GITHUB_REPOSITORY is %q: expected owner/name", c.Repository))
	}
	if c.Token == "" {
		faults = append(faults, errors.New("GITHUB_TOKEN is not set: give one that may write to pull requests"))
	}
	return errors.Join(faults...)
}

func (c Comment) marker() string { return "<!-- tripsage:" + c.Name + " -->" }

// Put writes the comment, or changes the one that is there.
func (c Comment) Put(ctx context.Context, text string) error {
	if err := c.Validate(); err != nil {
		return err
	}
	if len(text) > limit {
		text = strings.ToValidUTF8(text[:limit], "") + "\n\n… cut: the whole is in the job's log."
	}
	text = c.marker() + "\n" + text
	id, err := c.find(ctx)
	if err != nil {
		return err
	}
	if id != 0 {
		return c.call(ctx, http.MethodPatch, fmt.Sprintf("/issues/comments/%d", id), map[string]string{"body": text}, nil)
	}
	return c.call(ctx, http.MethodPost, fmt.Sprintf("/issues/%d/comments", c.Pull), map[string]string{"body": text}, nil)
}

// find returns the comment's id, 0 when there is none.
func (c Comment) find(ctx context.Context) (int64, error) {
	const perPage = 100
	for page := 1; ; page++ {
		var found []struct {
			ID   int64  `json:"id"`
			Body string `json:"body"`
		}
		path := fmt.Sprintf("/issues/%d/comments?per_page=%d&page=%d", c.Pull, perPage, page)
		if err := c.call(ctx, http.MethodGet, path, nil, &found); err != nil {
			return 0, err
		}
		for _, comment := range found {
			if strings.HasPrefix(comment.Body, c.marker()) {
				return comment.ID, nil
			}
		}
		if len(found) < perPage {
			return 0, nil
		}
	}
}

func (c Comment) call(ctx context.Context, method, path string, body, into any) error {
	var content bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&content).Encode(body); err != nil {
			return err
		}
	}
	address := strings.TrimSuffix(c.API, "/") + "/repos/" + c.Repository + path
	request, err := http.NewRequestWithContext(ctx, method, address, &content)
	if err != nil {
		return fmt.Errorf("comment: %w", err)
	}
	request.Header.Set("Authorization", "Bearer "+c.Token)
	request.Header.Set("Accept", "application/vnd.github+json")
	answer, err := c.Client.Do(request)
	if err != nil {
		return fmt.Errorf("comment: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode >= http.StatusMultipleChoices {
		var reason struct{ Message string }
		_ = json.NewDecoder(io.LimitReader(answer.Body, limit)).Decode(&reason) // without one the status must do
		return fmt.Errorf("comment: %s %s: %s %s", method, path, answer.Status, reason.Message)
	}
	if into == nil {
		return nil
	}
	if err := json.NewDecoder(answer.Body).Decode(into); err != nil {
		return fmt.Errorf("comment: %s %s: %w", method, path, err)
	}
	return nil
}
