package serving

import (
	"context"
	"encoding/json"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	kerrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tripsage/infrastructure/cmd/tripsage/release"
)

// The record is a ConfigMap that Pulumi does not know: it is written when
// something has happened, not when something is wanted.
const (
	recordName = "tripsage-releases"
	recordKey  = "releases.json"
)

// History reads the record; a stack without one has an empty history.
func (c Cluster) History(ctx context.Context) (release.History, error) {
	found, err := c.Kube.CoreV1().ConfigMaps(c.Namespace).Get(ctx, recordName, metav1.GetOptions{})
	if kerrors.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the record of the releases: %w", err)
	}
	var history release.History
	if err := json.Unmarshal([]byte(found.Data[recordKey]), &history); err != nil {
		return nil, fmt.Errorf("the record of the releases, ConfigMap %s in namespace %s, is damaged: %w: "+
			"delete it to begin a new one; `tripsage rollback` then wants --to", recordName, c.Namespace, err)
	}
	return history, nil
}

// Record replaces the record.
func (c Cluster) Record(ctx context.Context, history release.History) error {
	text, err := json.MarshalIndent(history, "", "  ")
	if err != nil {
		return err
	}
	maps := c.Kube.CoreV1().ConfigMaps(c.Namespace)
	wanted := &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: recordName, Namespace: c.Namespace, Labels: map[string]string{
			"app.kubernetes.io/name": recordName, "app.kubernetes.io/part-of": "tripsage", "app.kubernetes.io/managed-by": "tripsage",
		}},
		Data: map[string]string{recordKey: string(text)},
	}
	if _, err = maps.Update(ctx, wanted, metav1.UpdateOptions{}); kerrors.IsNotFound(err) {
		_, err = maps.Create(ctx, wanted, metav1.CreateOptions{})
	}
	if err != nil {
		return fmt.Errorf("write the record of the releases, ConfigMap %s in namespace %s: %w", recordName, c.Namespace, err)
	}
	return nil
}
