package analyzer

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/tripsage/infrastructure/policy/profiles"
	"github.com/tripsage/infrastructure/policy/rule"
)

// Server answers the engine.
type Server struct {
	pulumirpc.UnimplementedAnalyzerServer

	name, version string
	rules         []rule.Rule
	now           func() time.Time
	// settings come from the profile of the stack until the engine configures
	// others. The engine makes these calls before it asks for verdicts.
	settings map[string]Setting
	judge    *Judge
	// declared are the properties of each resource, by URN, as the program
	// declares them. To rules of the stack the engine gives what providers made
	// of them, and to an object of Kubernetes the server adds its defaults.
	declared sync.Map
}

// NewServer makes a server for the rules and for its own about exemptions. Until
// it is told a stack it demands what production does.
func NewServer(name, version string, rules []rule.Rule, now func() time.Time) (*Server, error) {
	s := &Server{name: name, version: version, rules: append(slices.Clone(rules), Expired()), now: now}
	return s, s.profile("")
}

func (s *Server) profile(stack string) error {
	name, text, err := profiles.Of(stack)
	if err != nil {
		return err
	}
	if err := s.set(text); err != nil {
		return fmt.Errorf("profile %s: %w", name, err)
	}
	return nil
}

func (s *Server) set(text []byte) error {
	settings, err := Parse(text, s.rules)
	if err != nil {
		return err
	}
	s.settings, s.judge = settings, NewJudge(s.rules, settings, s.now())
	return nil
}

// Handshake is the engine's first call.
func (s *Server) Handshake(context.Context, *pulumirpc.AnalyzerHandshakeRequest) (*pulumirpc.AnalyzerHandshakeResponse, error) {
	return &pulumirpc.AnalyzerHandshakeResponse{}, nil
}

// ConfigureStack tells the stack, and so the profile.
func (s *Server) ConfigureStack(_ context.Context, req *pulumirpc.AnalyzerStackConfigureRequest) (*pulumirpc.AnalyzerStackConfigureResponse, error) {
	return &pulumirpc.AnalyzerStackConfigureResponse{}, s.profile(req.GetStack())
}

// GetPluginInfo gives the version.
func (s *Server) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: s.version}, nil
}

// GetAnalyzerInfo lists the rules. Their levels and parameters are the
// profile's, so that they hold unless somebody configures others.
func (s *Server) GetAnalyzerInfo(context.Context, *emptypb.Empty) (*pulumirpc.AnalyzerInfo, error) {
	info := &pulumirpc.AnalyzerInfo{Name: s.name, Version: s.version, SupportsConfig: true}
	for _, r := range s.rules {
		one, err := describe(r, s.settings[r.ID])
		if err != nil {
			return nil, err
		}
		info.Policies = append(info.Policies, one)
	}
	return info, nil
}

// Configure replaces the settings.
func (s *Server) Configure(_ context.Context, req *pulumirpc.ConfigureAnalyzerRequest) (*emptypb.Empty, error) {
	text := map[string]any{}
	for id, given := range req.GetPolicyConfig() {
		if id == allKey { // the engine has applied it
			continue
		}
		one := given.GetProperties().AsMap()
		one[levelKey] = levelOf(given.GetEnforcementLevel())
		text[id] = one
	}
	encoded, err := json.Marshal(text)
	if err != nil {
		return nil, err
	}
	if err := s.set(encoded); err != nil {
		return nil, err
	}
	return &emptypb.Empty{}, nil
}

// Analyze judges one resource.
func (s *Server) Analyze(_ context.Context, req *pulumirpc.AnalyzeRequest) (*pulumirpc.AnalyzeResponse, error) {
	r, err := decode(req)
	if err != nil {
		return nil, err
	}
	s.declared.Store(r.URN, r.Properties)
	return &pulumirpc.AnalyzeResponse{Diagnostics: s.diagnostics(s.judge.Resource(r))}, nil
}

// AnalyzeStack judges all resources together.
func (s *Server) AnalyzeStack(_ context.Context, req *pulumirpc.AnalyzeStackRequest) (*pulumirpc.AnalyzeResponse, error) {
	var stack rule.Stack
	for _, one := range req.GetResources() {
		r, err := s.recall(one)
		if err != nil {
			return nil, err
		}
		r.Parent = one.GetParent()
		stack.Resources = append(stack.Resources, r)
	}
	return &pulumirpc.AnalyzeResponse{Diagnostics: s.diagnostics(s.judge.Stack(stack))}, nil
}

// recall is the resource as it was declared, if Analyze has seen it.
func (s *Server) recall(from described) (rule.Resource, error) {
	declared, ok := s.declared.Load(from.GetUrn())
	if !ok {
		return decode(from)
	}
	r := identify(from)
	r.Properties = declared.(rule.Value)
	return r, nil
}

// Remediate mends what may be mended.
func (s *Server) Remediate(_ context.Context, req *pulumirpc.AnalyzeRequest) (*pulumirpc.RemediateResponse, error) {
	response := &pulumirpc.RemediateResponse{}
	if !s.judge.mends() {
		return response, nil
	}
	r, err := decode(req)
	if err != nil {
		return nil, err
	}
	for _, m := range s.judge.Remedies(r) {
		properties, err := encode(m.Properties)
		if err != nil {
			return nil, err
		}
		response.Remediations = append(response.Remediations, &pulumirpc.Remediation{
			PolicyName: m.Rule.ID, Description: m.Rule.Title,
			PolicyPackName: s.name, PolicyPackVersion: s.version, Properties: properties,
		})
	}
	return response, nil
}

// Cancel has nothing to end: verdicts take no time.
func (s *Server) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}
