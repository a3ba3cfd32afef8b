package panelcsv

import (
	"bufio"
	"io"
	"strconv"
	"strings"

	"quartermaster/core/forecast/pool"
)

// Write writes series_id,date,mean,lo80,hi80,median, one row per series and
// period of the horizon, in the order of the panel; forecast gives that of series i.
// Numbers have six significant digits.
func Write(w io.Writer, p *pool.Panel, forecast func(i int) *pool.Prediction) error {
	bw := bufio.NewWriterSize(w, 1<<18)
	_, _ = bw.WriteString("series_id,date,mean,lo80,hi80,median\n") // an error sticks until Flush
	line := make([]byte, 0, 256)
	for i := range p.Series {
		s, f := &p.Series[i], forecast(i)
		id := quote(s.ID)
		for k := range f.Mean {
			line = append(append(line[:0], id...), ',')
			line = append(line, p.Freq.Day(s, len(s.Y)+k).String()...)
			for _, v := range [...]float64{f.Mean[k], f.Lo80[k], f.Hi80[k], f.Median[k]} {
				line = strconv.AppendFloat(append(line, ','), v, 'g', 6, 64)
			}
			_, _ = bw.Write(append(line, '\n'))
		}
	}
	return bw.Flush()
}

// quote puts a value in quotes where CSV needs it.
func quote(s string) string {
	if strings.ContainsAny(s, "\",\r\n") {
		return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
	}
	return s
}
