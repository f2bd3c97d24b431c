package byhand

import "github.com/coroutinegen/coroutinegen/example/generators/arith"

// Tokens is generators.TokensPull.
func Tokens(text string) *Lexer { return &Lexer{text: text} }

// A Lexer hands out the tokens of text.
type Lexer struct {
	text string
	i    int // the character that comes next
	at   uint8
}

// Next returns the next token.
func (l *Lexer) Next() (arith.Token, bool) {
	if l.at == ended {
		return arith.Token{}, false
	}
	text, i := l.text, l.i
	for i < len(text) && text[i] == ' ' {
		i++
	}
	if i >= len(text) {
		l.at = ended
		return arith.Token{}, false
	}
	token := arith.Token{Kind: text[i]}
	i++
	if c := token.Kind; '0' <= c && c <= '9' {
		token = arith.Token{Kind: arith.Number, Value: int(c - '0')}
		for ; i < len(text) && '0' <= text[i] && text[i] <= '9'; i++ {
			token.Value = token.Value*10 + int(text[i]-'0')
		}
	}
	l.i = i
	return token, true
}

// Stop ends the generator.
func (l *Lexer) Stop() { l.at = ended }

// Eval is generators.Eval.
func Eval(text string) (int, error) {
	tokens := Tokens(text)
	defer tokens.Stop()
	return arith.Eval(tokens.Next)
}
