package rule

// Memory keeps what several rules ask of the same stack. It belongs to one
// judgement and is used by one goroutine.
type Memory struct{ found map[any]any }

// NewMemory makes an empty memory.
func NewMemory() *Memory { return &Memory{found: map[any]any{}} }

// Remember returns what of makes of the stack, which is made once if the stack
// has a memory. The key is a type of the caller's own.
func Remember[T any](s Stack, key any, of func(Stack) T) T {
	if s.Memory == nil {
		return of(s)
	}
	if found, ok := s.Memory.found[key].(T); ok {
		return found
	}
	made := of(s)
	s.Memory.found[key] = made
	return made
}
