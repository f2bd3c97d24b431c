package main

// This file tests the completion in zsh, which completes on a terminal alone.

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// zshrc makes a shell that writes all candidates to the file matches, and that says when it
// waits for a line.
const zshrc = `
autoload -Uz compinit && compinit -u -D
source $SCRIPT
zstyle ':completion:*' menu no
compadd() {
	local -a matches
	local arguments=("${(@)@[1,(i)(-|--)]}")
	if (( ! ${arguments[(I)-[OAD]]} )); then
		builtin compadd -A matches "$@"
		print -rl -- $matches >>$HOME/matches
	fi
	builtin compadd "$@"
}
completed() { print completed >>$HOME/matches }
zle-line-init() { print -n ready: }
zle -N zle-line-init
PS1=
`

// ready is what the shell says when it reads keys itself. Before that, the terminal would take
// ^U for itself.
const ready = "ready:"

func TestZsh(t *testing.T) {
	testCompletion(t, "zsh", func(t *testing.T, script string, lines []string) [][]string {
		home := t.TempDir()
		if err := os.WriteFile(filepath.Join(home, ".zshrc"), []byte(zshrc), 0o666); err != nil {
			t.Fatal(err)
		}
		screen, tty := terminal(t)
		cmd := exec.Command("zsh", "-d", "-i")
		cmd.Env = append(os.Environ(), "HOME="+home, "ZDOTDIR="+home, "SCRIPT="+script, "TERM=dumb")
		cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		tty.Close()
		shown, next := "", 0
		for buf := make([]byte, 1000); ; {
			n, err := screen.Read(buf)
			shown += string(buf[:n])
			if strings.Count(shown, ready) > next {
				// The shell waits for a line, which is completed and dropped. The next
				// command marks where its candidates end.
				keys := "exit 0\r"
				if next < len(lines) {
					keys = lines[next] + "\t\x15completed\r"
				}
				if _, err := screen.WriteString(keys); err != nil {
					t.Fatal(err)
				}
				next++
			}
			if err != nil {
				break // the shell has ended
			}
		}
		if err := cmd.Wait(); err != nil {
			t.Fatalf("%v:\n%s", err, shown)
		}
		text, err := os.ReadFile(filepath.Join(home, "matches"))
		if err != nil {
			t.Fatal(err)
		}
		var completed [][]string
		for i, list := range strings.Split(string(text), "completed\n")[:len(lines)] {
			words := strings.Split(strings.TrimSpace(list), "\n")
			// Of a list with commas, zsh completes what stands behind the last one.
			if comma := strings.LastIndex(lines[i], ","); comma >= 0 {
				first := lines[i][strings.LastIndex(lines[i], " ")+1 : comma+1]
				for j := range words {
					words[j] = first + words[j]
				}
			}
			completed = append(completed, words)
		}
		return completed
	})
}
