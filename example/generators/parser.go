package generators

import (
	"fmt"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/example/generators/arith"
)

// EvalPushed is Eval for a parser that does not ask for tokens: they are sent to it, as they would
// be if the text came in pieces.
func EvalPushed(text string) (int, error) {
	p := (&parser{}).evalPull()
	p.Next() // until it waits for a token
	for token := range Tokens(text) {
		if _, ok := p.Send(token); !ok {
			return p.Result() // an error
		}
	}
	p.Send(arith.Token{}) // the end
	return p.Result()
}

// A parser holds the token that comes next. At the end, it is the zero Token.
type parser struct {
	token arith.Token
	open  int // parentheses
}

// eval takes the tokens of an arithmetic expression, and a zero Token after the last one. It
// returns the value of the expression. Before each token, it hands out how many parentheses are
// open.
//
//coroutine:generator
func (p *parser) eval(y co.Yielder[int, arith.Token]) (int, error) {
	if err := p.advance(y); err != nil {
		return 0, err
	}
	v, err := p.sum(y)
	if err == nil && p.token != (arith.Token{}) {
		err = p.unexpected()
	}
	return v, err
}

// advance waits for the next token.
//
//coroutine:generator
func (p *parser) advance(y co.Yielder[int, arith.Token]) (err error) {
	p.token, err = y.Yield(p.open)
	return err
}

func (p *parser) unexpected() error {
	if p.token == (arith.Token{}) {
		return fmt.Errorf("the end is not expected")
	}
	return fmt.Errorf("%q is not expected", p.token.Kind)
}

//coroutine:generator
func (p *parser) sum(y co.Yielder[int, arith.Token]) (int, error) {
	v, err := p.product(y)
	for err == nil && (p.token.Kind == '+' || p.token.Kind == '-') {
		sign := 1
		if p.token.Kind == '-' {
			sign = -1
		}
		if err := p.advance(y); err != nil {
			return 0, err
		}
		var w int
		w, err = p.product(y)
		v += sign * w
	}
	return v, err
}

//coroutine:generator
func (p *parser) product(y co.Yielder[int, arith.Token]) (int, error) {
	v, err := p.operand(y)
	for err == nil && p.token.Kind == '*' {
		if err := p.advance(y); err != nil {
			return 0, err
		}
		var w int
		w, err = p.operand(y)
		v *= w
	}
	return v, err
}

//coroutine:generator
func (p *parser) operand(y co.Yielder[int, arith.Token]) (int, error) {
	switch p.token.Kind {
	case arith.Number:
		v := p.token.Value
		return v, p.advance(y)
	case '-':
		if err := p.advance(y); err != nil {
			return 0, err
		}
		v, err := p.operand(y)
		return -v, err
	case '(':
		return p.parenthesis(y)
	}
	return 0, p.unexpected()
}

//coroutine:generator
func (p *parser) parenthesis(y co.Yielder[int, arith.Token]) (int, error) {
	p.open++
	if err := p.advance(y); err != nil {
		return 0, err
	}
	v, err := p.sum(y)
	if err != nil {
		return 0, err
	}
	if p.token.Kind != ')' {
		return 0, p.unexpected()
	}
	p.open--
	return v, p.advance(y)
}
