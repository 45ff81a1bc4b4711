package apiimage

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spdx/tools-golang/spdx/v2/common"
	spdx "github.com/spdx/tools-golang/spdx/v2/v2_3"
)

const (
	noAssertion = "NOASSERTION"
	imageID     = common.ElementID("Image")
)

func (l Layout) document(main debug.Module, others []debug.Module) *spdx.Document {
	mainID := moduleID(main)
	d := &spdx.Document{
		SPDXVersion: spdx.Version, DataLicense: spdx.DataLicense, SPDXIdentifier: "DOCUMENT",
		DocumentName:      "tripsage-api " + l.Version,
		DocumentNamespace: Repository + "/spdx/" + strings.ReplaceAll(l.Digest, ":", "/"),
		CreationInfo: &spdx.CreationInfo{
			Creators: []common.Creator{{CreatorType: "Organization", Creator: "TripSage"}, {CreatorType: "Tool", Creator: "tripsage image sbom"}},
			Created:  l.Created.Format(time.RFC3339),
		},
		Packages: []*spdx.Package{l.imagePackage(), modulePackage(main)},
		Relationships: []*spdx.Relationship{
			relation("DOCUMENT", common.TypeRelationshipDescribe, imageID),
			relation(imageID, common.TypeRelationshipContains, mainID),
		},
	}
	for _, m := range others {
		d.Packages = append(d.Packages, modulePackage(m))
		d.Relationships = append(d.Relationships, relation(mainID, common.TypeRelationshipDependsOn, moduleID(m)))
	}
	return d
}

func (l Layout) imagePackage() *spdx.Package {
	p := newPackage(imageID, "tripsage-api", l.Version, "pkg:oci/tripsage-api@"+strings.ReplaceAll(l.Digest, ":", "%3A"))
	algorithm, value, _ := strings.Cut(l.Digest, ":")
	p.PackageChecksums = []common.Checksum{{Algorithm: common.ChecksumAlgorithm(strings.ToUpper(algorithm)), Value: value}}
	p.PackageSourceInfo = "built from " + Repository + " at " + l.Revision
	p.PrimaryPackagePurpose = "CONTAINER"
	return p
}

func modulePackage(m debug.Module) *spdx.Package {
	p := newPackage(moduleID(m), m.Path, m.Version, "pkg:golang/"+strings.ToLower(m.Path)+"@"+strings.ReplaceAll(m.Version, "+", "%2B"))
	if m.Sum != "" {
		p.PackageSourceInfo = "go.sum has " + m.Sum
	}
	p.PrimaryPackagePurpose = "LIBRARY"
	return p
}

// newPackage asserts no licence: the modules' files would have to be read for that.
func newPackage(id common.ElementID, name, version, purl string) *spdx.Package {
	return &spdx.Package{
		PackageSPDXIdentifier: id, PackageName: name, PackageVersion: version,
		PackageDownloadLocation: noAssertion, PackageLicenseConcluded: noAssertion,
		PackageLicenseDeclared: noAssertion, PackageCopyrightText: noAssertion,
		PackageExternalReferences: []*spdx.PackageExternalReference{{
			Category: common.CategoryPackageManager, RefType: common.TypePackageManagerPURL, Locator: purl,
		}},
	}
}

var notInIDs = regexp.MustCompile(`[^A-Za-z0-9.-]+`)

// moduleID is readable, and unique although identifiers allow few characters.
func moduleID(m debug.Module) common.ElementID {
	sum := sha256.Sum256([]byte(m.Path + "@" + m.Version))
	return common.ElementID(fmt.Sprintf("Module-%s-%x", notInIDs.ReplaceAllString(m.Path, "-"), sum[:4]))
}

func relation(a common.ElementID, kind string, b common.ElementID) *spdx.Relationship {
	return &spdx.Relationship{RefA: common.MakeDocElementID("", string(a)), RefB: common.MakeDocElementID("", string(b)), Relationship: kind}
}
