// Package migrations holds the SQL schema as goose files, numbered NNNN_name.sql.
// Files that were released are never edited; a change is a new file that an
// older binary can live with (expand first, contract a release later).
package migrations

import "embed"

// FS is the folder of migrations, embedded.
//
//go:embed *.sql
var FS embed.FS
