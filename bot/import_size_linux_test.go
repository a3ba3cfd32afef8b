package bot

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"quartermaster/bot/fault"
	"quartermaster/bot/pgembed/pgtest"
	"quartermaster/bot/store"
)

// A file of orders with very many rows is read within 256 MB: the largest resident
// memory of the program's process, which has no other in it; the database is a server
// of its own.
func TestImportOfMillions(t *testing.T) {
	rows := fault.Rounds(200_000, 10_000_000)
	tally := fault.Count(t, "a file of orders is imported", 0)
	bin, err := program()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	const products = 10_000
	write := func(name, head string, n int, row func(i int) string) {
		t.Helper()
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		w := bufio.NewWriter(f)
		_, _ = w.WriteString(head + "\n")
		for i := range n {
			_, _ = w.WriteString(row(i) + "\n")
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	today := time.Now().UTC()
	write("products.csv", "sku,name,category,price,currency,cost,active", products, func(i int) string {
		return fmt.Sprintf("P%d,Product %d,c%d,10.00,EUR,5.00,1", i, i, i%20)
	})
	write("locations.csv", "location,name,country,channels,default", 1, func(int) string { return "MAIN,Main,DE,web,1" })
	write("stock.csv", "sku,location,on_hand", products, func(i int) string { return fmt.Sprintf("P%d,MAIN,%d", i, i%100) })
	write("suppliers.csv", "supplier,name,email,contact,language,currency", 1, func(int) string { return "S,Supplier,s@supplier.example,,en,EUR" })
	write("supplier_items.csv", "supplier,sku,supplier_sku,price,price_breaks,currency,moq,pack,sea_days,sea_sd,sea_freight", products, func(i int) string {
		return fmt.Sprintf("S,P%d,,5.00,,EUR,10,5,20,3,0.10", i)
	})
	write("orders.csv", "order_id,line_id,ordered_at,channel,customer_id,sku,quantity,unit_price,currency", rows, func(i int) string {
		return fmt.Sprintf("O%d,%d,%sT10:00:00Z,web,C%d,P%d,%d,10.00,EUR", i/3, i%3, today.AddDate(0, 0, -1-i*7919%365).Format(time.DateOnly), i*31%50_000, i*7907%products, 1+i%4)
	})
	url := pgtest.New(t)
	cmd := exec.CommandContext(t.Context(), bin, "import", dir, "--data-dir", t.TempDir())
	cmd.Env = append(os.Environ(), "DATABASE_URL="+url)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	const limit = 256 << 20
	peak := cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss * 1024 // Linux counts in KiB
	if peak > limit {
		t.Errorf("the process took %d MB at its peak, limit %d", peak>>20, limit>>20)
	}
	st, err := store.Open(t.Context(), url, store.Options{MaxConns: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	stored := 0
	if err := st.Pool().QueryRow(context.Background(), `select count(*) from order_line`).Scan(&stored); err != nil || stored != rows {
		t.Errorf("%d of %d rows are stored (%v)", stored, rows, err)
	}
	for name, n := range map[string]int{"rows": rows, "rows stored": stored, "MB of memory at the peak": int(peak >> 20), "MB allowed": limit >> 20} {
		tally.Add(name, n)
	}
}
