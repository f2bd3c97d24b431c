// Package arith evaluates arithmetic expressions of whole numbers, of which a lexer hands it the
// tokens.
package arith

import "fmt"

// A Token is a number or one character of an expression.
type Token struct {
	Kind  byte // Number, or the character
	Value int  // of a number
}

// Number is the kind of a token that is a number.
const Number = '0'

// Eval returns the value of the expression whose tokens next hands out, to the last.
func Eval(next func() (Token, bool)) (int, error) {
	p := &parser{next: next}
	p.advance()
	v := p.sum()
	if p.err == nil && p.token != (Token{}) {
		p.unexpected()
	}
	return v, p.err
}

// A parser holds the token that comes next. After an error, and at the end, it is the zero Token.
type parser struct {
	next  func() (Token, bool)
	token Token
	err   error
}

func (p *parser) advance() { p.token, _ = p.next() }

func (p *parser) unexpected() {
	if p.err == nil {
		p.err = fmt.Errorf("%q is not expected", p.token.Kind)
		if p.token == (Token{}) {
			p.err = fmt.Errorf("the end is not expected")
		}
	}
	p.token = Token{}
}

func (p *parser) sum() int {
	v := p.product()
	for {
		switch p.token.Kind {
		case '+':
			p.advance()
			v += p.product()
		case '-':
			p.advance()
			v -= p.product()
		default:
			return v
		}
	}
}

func (p *parser) product() int {
	v := p.operand()
	for p.token.Kind == '*' {
		p.advance()
		v *= p.operand()
	}
	return v
}

func (p *parser) operand() int {
	switch p.token.Kind {
	case Number:
		v := p.token.Value
		p.advance()
		return v
	case '-':
		p.advance()
		return -p.operand()
	case '(':
		p.advance()
		v := p.sum()
		if p.token.Kind != ')' {
			p.unexpected()
			return 0
		}
		p.advance()
		return v
	}
	p.unexpected()
	return 0
}
