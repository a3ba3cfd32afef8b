package workspace_test

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain fails when a test leaves goroutines behind: every workspace that was
// closed has ended its work.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
