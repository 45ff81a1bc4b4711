// Package pipeline checks what surrounds the code: workflows, images' names,
// scripts. It needs git and nothing else:
//
//	make pipeline
package pipeline
