package diag

// This file prints diagnostics for programs.

import (
	"encoding/json"
	"go/token"
	"io"
	"path/filepath"
)

// PrintJSON writes every diagnostic of l to w, sorted, as an object on a line of its own. The
// names and their order are those of "staticcheck -f json", which editors and CI tools can
// read, and remedy besides. File names are absolute; those that are not belong to dir.
func (l List) PrintJSON(w io.Writer, dir string) error {
	l.Sort()
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	for _, d := range l {
		object := jsonDiagnostic{
			Code: d.Code, Severity: "error", Message: d.Message, Remedy: d.Remedy,
			Location: locate(d.Pos, dir), End: locate(d.End, dir),
		}
		for _, r := range d.Related {
			object.Related = append(object.Related, jsonRelated{Location: locate(r.Pos, dir), Message: r.Message})
		}
		if err := out.Encode(object); err != nil {
			return err
		}
	}
	return nil
}

// jsonDiagnostic is a Diagnostic in JSON.
type jsonDiagnostic struct {
	Code     Code          `json:"code"`     // "" for an error of another kind
	Severity string        `json:"severity"` // always "error"
	Location jsonLocation  `json:"location"`
	End      jsonLocation  `json:"end"` // behind the text; zero if it is not known
	Message  string        `json:"message"`
	Remedy   string        `json:"remedy,omitempty"`
	Related  []jsonRelated `json:"related,omitempty"`
}

type jsonRelated struct {
	Location jsonLocation `json:"location"`
	End      jsonLocation `json:"end"` // always zero
	Message  string       `json:"message"`
}

// jsonLocation is a place in a file. Lines and columns are counted from 1, and columns in
// bytes. Zero is not known.
type jsonLocation struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

func locate(pos token.Position, dir string) jsonLocation {
	file := pos.Filename
	if file != "" && !filepath.IsAbs(file) {
		file = filepath.Join(dir, file)
	}
	return jsonLocation{file, pos.Line, pos.Column}
}
