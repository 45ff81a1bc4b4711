// Package job is a program that runs once, such as a database migration: a
// Kubernetes Job, its account and the policies that let it out.
//
// Decisions:
//   - Pulumi waits until the program has succeeded, so whatever depends on Done
//     starts after it. A failed run fails the update.
//   - The template of a Job is immutable, so every change of it is another Job.
//     The name carries a hash of what decides which run this is (image,
//     arguments, environment): the new one runs beside the old one, whose log is
//     still there if the new one fails. The version of the Secrets is not in the
//     name but in an annotation of the pods. It is an output, unknown until the
//     Secret is made, and a name that a preview does not know can neither be
//     rendered nor reviewed. When only the Secrets change, the provider sees an
//     immutable field change under the same name, deletes the old Job first and
//     runs it again.
//   - A failed Job is replaced at the next update (replaceUnready). Otherwise
//     Pulumi would go on waiting for a Job that has given up, until somebody
//     deleted it by hand.
//   - The Job stays when it is done: a time to live would delete it, and each
//     preview would want it back.
//   - A failed attempt leaves its pod, with the log, because another attempt is
//     another pod (restartPolicy Never). The last lines of the log are in the
//     pod's status too, where Pulumi shows them.
//   - Pulumi waits a little longer than the Job may take, so that Kubernetes ends
//     a run that hangs, and not Pulumi's patience, which would leave it running.
//   - It stays outside of the mesh: a sidecar would keep a finished pod running,
//     and what runs once needs no routes.
//   - The way out is open before the pod starts. Nobody may connect to it.
package job
