package generators

import (
	"iter"

	"github.com/coroutinegen/coroutinegen/example/generators/arith"
)

// Tokens returns the tokens of an arithmetic expression.
//
//coroutine:generator
func Tokens(text string) iter.Seq[arith.Token] {
	return func(yield func(arith.Token) bool) {
		for i := 0; i < len(text); {
			c := text[i]
			i++
			if c == ' ' {
				continue
			}
			token := arith.Token{Kind: c}
			if '0' <= c && c <= '9' {
				token = arith.Token{Kind: arith.Number, Value: int(c - '0')}
				for i < len(text) && '0' <= text[i] && text[i] <= '9' {
					token.Value = token.Value*10 + int(text[i]-'0')
					i++
				}
			}
			if !yield(token) {
				return
			}
		}
	}
}

// Eval returns the value of the arithmetic expression in text. The parser asks the lexer for one
// token at a time, and stops it at an error.
func Eval(text string) (int, error) {
	tokens := TokensPull(text)
	defer tokens.Stop()
	return arith.Eval(tokens.Next)
}
