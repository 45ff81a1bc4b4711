// Package vercelproject is the frontend at Vercel: the project with its
// variables, domains, firewall and protection, and the vercel.json of its
// repository, for what a project cannot say (headers, several regions, limits
// of single functions).
//
// Decisions:
//   - One project per stack. A project belongs to one Pulumi state, and staging
//     must not hold production's secrets.
//   - Validate knows what the provider (terraform-provider-vercel) and Vercel's
//     command line would refuse, so that a mistake shows before any network
//     call. Limits and regions are dated data, see limits.go.
//   - Secrets are sensitive at Vercel and secret in the state. Vercel has no
//     sensitive variables for development, so secrets do not go there at all.
//     A plain variable that looks like a secret is refused, see SecretReason.
//     The SDK hides plain variables in the state and the preview too.
//   - Previews are for the team unless somebody gives a reason in writing.
//   - Pull requests from forks wait for a member of the team, because a build
//     sees the variables. Vercel's comment toolbar is off: it would need script
//     and socket origins of its own in the policy.
//   - Attack mode is always stated, mostly as off; see newAttackMode.
//
// # Where this differs from the deployment guide
//
//   - "runtime": "nodejs20.x" is left out. In vercel.json a runtime is an npm
//     package with a version, and `vercel build` stops at anything else
//     ("Function Runtimes must have a valid version"). Next.js functions run on
//     the Node.js of the project, which "engines" in package.json sets; SDK
//     1.15 has no argument for it.
//   - The guide's A record 76.76.19.61 and its AAAA record are in none of
//     Vercel's documents we found. vercel.com/docs/domains/set-up-custom-domain
//     (February 2026) has 76.76.21.21, and .../working-with-dns says that
//     Vercel serves no IPv6. Those are the defaults; Zone takes others.
//
// # The policy for scripts
//
// Next.js puts inline scripts into each page, whose text differs from page to
// page and build to build. A static header can allow them only with
// 'unsafe-inline': hashes would have to follow every build, and a nonce has to
// be new for every request, which needs middleware in the frontend and gives up
// static pages (nextjs.org/docs/app/guides/content-security-policy). So scripts
// may be inline or come from the site or a named host; never from eval, data:
// or a wildcard. The rest is closed: no plugins, no framing, no foreign base,
// forms and connections to known origins only. When the frontend has
// middleware that sends a second policy with nonces, that tightens this one:
// browsers apply every policy they get.
//
// Google documents wildcards and 'unsafe-eval' for its maps. The policy names
// the hosts that a road map with places uses instead; add more under Origins,
// and try a change with ReportOnly first.
package vercelproject
