// Package postgres is the database of the local stack: one Postgres 17 server
// with pgvector and the roles that a Supabase project has. Staging and
// production use Supabase itself.
//
// Decisions:
//   - A StatefulSet, because two servers on one data directory would destroy
//     it: a StatefulSet never starts the second pod before the first is gone.
//   - The volume claim is a resource of its own and not a template of the
//     StatefulSet, so that Pulumi can protect and retain it.
//   - start.sh prepares the server on each start, before any client can
//     connect, and sets the passwords from the mounted files. To rotate them is
//     to restart the pod, which happens by itself when the Secret's version
//     changes.
//   - No PodDisruptionBudget: for a single pod it would only block node drains.
package postgres
