package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/tripsage/infrastructure/cmd/tripsage/apiimage"
	"github.com/tripsage/infrastructure/cmd/tripsage/progress"
)

// imageWork is what the subcommands of image share.
type imageWork struct {
	*flags
	layout string // of --layout
}

func imageCommand(f *flags) *cobra.Command {
	w := imageWork{flags: f}
	command := &cobra.Command{
		Use: "image", Short: "Build, push and describe the API's image, without Docker", Args: cobra.NoArgs,
		Long: `Build, push and describe the API's image, without Docker.

The image is an OCI layout in a folder, for linux/amd64 and linux/arm64. A commit
always gives the same digest. Standard output has the result and nothing else.`,
	}
	command.PersistentFlags().StringVar(&w.layout, "layout", "", "folder of the image (default: build/image in the project)")
	command.AddCommand(w.buildCommand(), w.pushCommand(), w.sbomCommand(), w.programCommand(),
		w.resolveCommand(), w.tagCommand())
	return command
}

// folder is where the image is.
func (w *imageWork) folder() (project, folder string, err error) {
	if project, err = findProject(w.project); err != nil {
		return "", "", err
	}
	if w.layout != "" {
		folder, err = filepath.Abs(w.layout)
		return project, folder, err
	}
	return project, filepath.Join(project, "build", "image"), nil
}

func (w *imageWork) buildCommand() *cobra.Command {
	var version string
	var dirty bool
	command := &cobra.Command{
		Use: "build", Short: "Build the image of this commit and print its digest", Args: cobra.NoArgs,
		Long: `Build the image of this commit and print its digest.

Labels say which commit it is and when that was made. Unless --version says
otherwise, the version is made of the commit too, so that the digest does not
depend on tags: a release gives the digest that was tried a tag, and builds
nothing.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			project, folder, err := w.folder()
			if err != nil {
				return err
			}
			source, err := apiimage.ReadSource(cmd.Context(), project, version)
			if err != nil {
				return err
			}
			if source.Dirty() && !dirty {
				return errors.New("the checkout has changes that are in no commit, so the image would not be what its labels say: commit them (or ignore the files), or try them out with --dirty")
			}
			var built apiimage.Layout
			err = showing("Image "+source.Version, func(detail func(string)) (string, error) {
				built, err = apiimage.Build(cmd.Context(), project, folder, source, lineWriter(detail))
				return fromHere(folder), err
			})
			if err != nil {
				return err
			}
			return w.print(cmd.OutOrStdout(), built, built.Digest)
		},
	}
	command.Flags().StringVar(&version, "version", "", "version for the labels, such as v1.4.0 (default: made of the commit)")
	command.Flags().BoolVar(&dirty, "dirty", false, "build uncommitted changes too; the labels say so, and only a registry on this machine takes the image")
	return command
}

func (w *imageWork) pushCommand() *cobra.Command {
	return &cobra.Command{
		Use: "push REGISTRY/NAME:TAG", Short: "Push the image and print its name by digest", Args: cobra.ExactArgs(1),
		Long: `Push exactly the image that was built and print its name by digest.

Credentials are those of Docker's configuration. Faults that may pass are tried
again. Only a registry on this machine may do without TLS.`,
		Example: "  tripsage image push ghcr.io/tripsage/tripsage-api:main",
		RunE: func(cmd *cobra.Command, args []string) error {
			image, err := w.open()
			if err != nil {
				return err
			}
			var pushed apiimage.Pushed
			err = showing("Push to "+args[0], func(func(string)) (string, error) {
				pushed, err = image.Push(cmd.Context(), args[0])
				return "", err
			})
			if err != nil {
				return err
			}
			return w.print(cmd.OutOrStdout(), pushed, pushed.Reference)
		},
	}
}

func (w *imageWork) sbomCommand() *cobra.Command {
	return &cobra.Command{
		Use: "sbom", Short: "Print the image's software bill of materials (SPDX 2.3, JSON)", Args: cobra.NoArgs,
		Long: `Print the image's software bill of materials: SPDX 2.3 in JSON. It lists the
modules that the program in the image was compiled from, as the program itself
records them. The same image gives the same document.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			image, err := w.open()
			if err != nil {
				return err
			}
			return image.WriteSBOM(cmd.OutOrStdout())
		},
	}
}

func (w *imageWork) programCommand() *cobra.Command {
	var platform, out string
	command := &cobra.Command{
		Use: "program", Short: "Take the API's program out of the image, for scanners", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			image, err := w.open()
			if err != nil {
				return err
			}
			program, err := image.Program(platform)
			if err != nil {
				return err
			}
			if err := os.WriteFile(out, program, 0o755); err != nil { //nolint:gosec // it is a program
				return fmt.Errorf("--out: %w", err)
			}
			return w.print(cmd.OutOrStdout(), map[string]string{"platform": platform, "file": out}, out)
		},
	}
	command.Flags().StringVar(&platform, "platform", "linux/"+runtime.GOARCH, "which of the image's platforms")
	command.Flags().StringVar(&out, "out", "api", "file to write")
	return command
}

func (w *imageWork) open() (apiimage.Layout, error) {
	_, folder, err := w.folder()
	if err != nil {
		return apiimage.Layout{}, err
	}
	return apiimage.Open(folder)
}

// print writes the result for scripts: a line, or JSON.
func (w *imageWork) print(out io.Writer, result any, line string) error {
	if w.json {
		return writeJSON(out, result)
	}
	_, err := fmt.Fprintln(out, line)
	return err
}

// showing runs the only step of a command. Progress goes to standard error,
// because standard output belongs to the result.
func showing(name string, do func(detail func(string)) (note string, err error)) error {
	s := settings{steps: progress.New(os.Stderr, progress.Detect(os.Stderr, os.Getenv))}
	defer s.steps.Close()
	return s.step(name, do)
}
