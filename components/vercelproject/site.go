package vercelproject

import (
	"cmp"
	"path"
	"slices"
)

// Framework is the preset that Vercel builds the frontend with.
const Framework = "nextjs"

const guideDirectory = "frontend"

// Site is how the frontend is built and served: what vercel.json says, and the
// project's settings of the same name.
type Site struct {
	// Plan sets the limits. Default: Pro.
	Plan Plan
	// RootDirectory is the frontend's folder in the repository. Everything else
	// here is relative to it. Default: the repository itself, whose folder
	// "frontend" the commands of the deployment guide then go into.
	RootDirectory string
	// InstallCommand, BuildCommand, DevCommand and OutputDirectory default to
	// the deployment guide's, or without its folder if there is a RootDirectory.
	InstallCommand, BuildCommand, DevCommand, OutputDirectory string
	// Regions run the functions; the first one is the project's own, for it can
	// have only one. Default: iad1 and fra1; on the Hobby plan iad1.
	Regions []string
	// TimeoutSeconds is how long a function may run, unless Functions says
	// otherwise. Default: 30.
	TimeoutSeconds int
	// Functions are settings by a glob of source files. Default: the API routes
	// of the deployment guide with TimeoutSeconds.
	Functions map[string]Function
	// Origins are what pages load and talk to besides the site itself.
	Origins Origins
	// HSTSPreload asks for a place in the browsers' built-in list. Only for a
	// zone whose every name serves https, for it takes months to get out again.
	HSTSPreload bool
	// ReportOnly makes browsers report what the Content-Security-Policy would
	// block, and block nothing.
	ReportOnly bool
}

// Function are the settings of some functions.
type Function struct {
	// MaxDurationSeconds is at most what the plan allows. 0: the project's.
	MaxDurationSeconds int
	// MemoryMB is 128 or more. 0: the project's, which is all that Vercel
	// heeds with its present (fluid) compute.
	MemoryMB int
	// Runtime is an npm package with its version, for a language that Vercel
	// does not know by itself. Node.js needs none: package.json says which.
	Runtime string
}

// Origins are https origins such as "https://api.tripsage.ai". The lists are
// for what the named fields do not cover.
type Origins struct {
	// API is the backend; WebSockets to it are allowed too.
	API string
	// Supabase is the Supabase project: its API, realtime and stored images.
	Supabase string
	// Sentry is where the browser reports errors, the origin of its DSN.
	Sentry string
	// GoogleMaps, Stripe and Analytics (Vercel's) say what the pages use.
	GoogleMaps, Stripe, Analytics bool

	Script, Style, Image, Font, Frame, Form []string
	// Connect are more servers that scripts talk to, over WebSockets too.
	Connect []string
}

// JSONPath is where vercel.json belongs in the repository.
func (s Site) JSONPath() string {
	return path.Join(s.RootDirectory, "vercel.json")
}

func (s Site) withDefaults() Site {
	s.Plan = cmp.Or(s.Plan, Pro)
	into, below := "", ""
	if s.RootDirectory == "" {
		into, below = "cd "+guideDirectory+" && ", guideDirectory+"/"
	}
	s.InstallCommand = cmp.Or(s.InstallCommand, into+"pnpm install --frozen-lockfile")
	s.BuildCommand = cmp.Or(s.BuildCommand, into+"pnpm build")
	s.DevCommand = cmp.Or(s.DevCommand, into+"pnpm dev")
	s.OutputDirectory = cmp.Or(s.OutputDirectory, below+".next")
	s.TimeoutSeconds = cmp.Or(s.TimeoutSeconds, 30)
	s.Regions = slices.Clone(s.Regions)
	if len(s.Regions) == 0 {
		s.Regions = []string{"iad1", "fra1"}
		if s.Plan == Hobby {
			s.Regions = s.Regions[:1]
		}
	}
	if s.Functions == nil {
		s.Functions = map[string]Function{below + "src/app/api/**/*.ts": {MaxDurationSeconds: s.TimeoutSeconds}}
	}
	return s
}
